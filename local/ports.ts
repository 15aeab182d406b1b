/** TCP ports of this machine: which are free, which are taken. */
import { createServer } from 'node:net';

const listen = (port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      const found = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => {
        resolve(found);
      });
    });
  });

/** A port that was free a moment ago. */
export const freePort = (): Promise<number> => listen(0);

/** Whether nothing listens on `port` of 127.0.0.1 and this user may listen there. */
export async function isFree(port: number): Promise<boolean> {
  try {
    await listen(port);
    return true;
  } catch {
    return false;
  }
}
