/** A TCP proxy in front of the database that cuts the connection at a chosen moment, or lets it fall silent. */
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/**
 * `before`: the server never gets the statement; `after`: it does, and its answer never comes back; `silent`: it never gets it, and the
 * connection stays open without a word, as when a machine on the way is gone.
 */
export type Cut = 'before' | 'after' | 'silent';

export interface CuttingProxy {
  readonly port: number;
  /** Arms the proxy, once: the next packet to the server that contains `statement` is cut at. */
  cutAt(statement: string, when: Cut): void;
  /** How often it has cut, or fallen silent. */
  cuts(): number;
  close(): Promise<void>;
}

export async function startCuttingProxy(targetPort: number): Promise<CuttingProxy> {
  let armed: { statement: string; when: Cut } | undefined;
  let cuts = 0;
  const sockets = new Set<Socket>();

  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    let cutAtAnswer = false;
    let silent = false;
    const cut = (): void => {
      cuts += 1;
      client.destroy();
      upstream.destroy();
    };
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    client.on('data', (data) => {
      if (silent) return;
      if (armed !== undefined && data.includes(armed.statement)) {
        const { when } = armed;
        armed = undefined;
        if (when === 'before') {
          cut();
          return;
        }
        if (when === 'silent') {
          cuts += 1;
          silent = true;
          return;
        }
        cutAtAnswer = true;
      }
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (cutAtAnswer) cut();
      else client.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cutAt(statement, when) {
      armed = { statement, when };
    },
    cuts: () => cuts,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
