/** A TCP proxy in front of the database that adds to each round trip, as a network does, and counts them. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface DelayingProxy {
  readonly port: number;
  /** Round trips over all connections so far: each time a client speaks after the server did. */
  roundTrips(): number;
  close(): Promise<void>;
}

/** The packet that ends a connection gets no answer: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_quit.html */
const isQuit = (data: Buffer): boolean => data.length === 5 && data[4] === 1;

/**
 * @returns what calls an act so many milliseconds later, and with their fractions, which timers know none of. What is asked for first
 *   is done first.
 */
function delaying(milliseconds: number): (act: () => void) => void {
  const waiting: { readonly due: number; readonly act: () => void }[] = [];
  const look = (): void => {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      const left = first.due - performance.now();
      if (left >= 1) return void setTimeout(look, Math.floor(left));
      if (left > 0) return void setImmediate(look);
      waiting.shift();
      first.act();
    }
  };
  return (act) => {
    waiting.push({ due: performance.now() + milliseconds, act });
    if (waiting.length === 1) look();
  };
}

/** @param milliseconds added to a round trip: all of it on the way to the server. */
export async function startDelayingProxy(targetPort: number, milliseconds: number): Promise<DelayingProxy> {
  let roundTrips = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    const after = delaying(milliseconds);
    let serverSpoke = true;
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', (data) => {
      if (serverSpoke && !isQuit(data)) roundTrips += 1;
      serverSpoke = false;
      after(() => upstream.write(data));
    });
    upstream.on('data', (data) => {
      serverSpoke = true;
      client.write(data);
    });
    client.on('close', () => {
      after(() => upstream.end());
    });
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    roundTrips: () => roundTrips,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
