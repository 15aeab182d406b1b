/** A TCP proxy in front of the database that adds to each round trip, as a network does, and counts them. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface DelayingProxy {
  readonly port: number;
  /** Round trips over all connections so far: each time a client speaks after the server did. */
  roundTrips(): number;
  close(): Promise<void>;
}

/** Passes on what comes, some time later, in order. */
function passOn(from: Socket, to: Socket, milliseconds: number): void {
  from.on('data', (data) => {
    setTimeout(() => to.write(data), milliseconds);
  });
  from.on('end', () => setTimeout(() => to.end(), milliseconds));
  from.on('error', () => to.destroy());
  from.on('close', () => setTimeout(() => to.destroy(), milliseconds));
}

/** @param milliseconds added to a round trip: all of it on the way to the server. */
export async function startDelayingProxy(targetPort: number, milliseconds: number): Promise<DelayingProxy> {
  let roundTrips = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    let serverSpoke = true;
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', () => {
      if (serverSpoke) roundTrips += 1;
      serverSpoke = false;
    });
    upstream.on('data', () => (serverSpoke = true));
    passOn(client, upstream, milliseconds);
    passOn(upstream, client, 0);
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
