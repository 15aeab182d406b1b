/** A TCP proxy in front of the database that can be away for a while, and that tells when a statement has gone to the server. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface OutageProxy {
  readonly port: number;
  /** Ends all connections, and each new one at once. */
  cut(): void;
  mend(): void;
  /** Calls `act`, once, when so many more statements have gone to the server. @returns a function that calls it off. */
  afterStatements(count: number, act: () => void): () => void;
  close(): Promise<void>;
}

/** A packet that is the first of its kind, with a text for the server: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query.html */
const isStatement = (data: Buffer): boolean => data.length > 5 && data[3] === 0 && data[4] === 3;

export async function startOutageProxy(targetPort: number): Promise<OutageProxy> {
  const sockets = new Set<Socket>();
  let isAway = false;
  let waiting: { left: number; readonly act: () => void } | undefined;
  const count = (): void => {
    if (waiting === undefined) return;
    waiting.left -= 1;
    if (waiting.left > 0) return;
    const { act } = waiting;
    waiting = undefined;
    act();
  };
  const server = createServer((client) => {
    if (isAway) {
      client.destroy();
      return;
    }
    const upstream = connect(targetPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', (data) => {
      upstream.write(data, () => {
        if (isStatement(data)) count();
      });
    });
    upstream.on('data', (data) => client.write(data));
    client.on('close', () => upstream.end()); // the server still gets what was sent
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isAway = true;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      isAway = false;
    },
    afterStatements(left, act) {
      const mine = { left, act };
      waiting = mine;
      return () => {
        if (waiting === mine) waiting = undefined;
      };
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
