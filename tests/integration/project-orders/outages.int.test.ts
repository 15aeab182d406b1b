/** The database goes away, in the middle of a batch or at its COMMIT, and comes back; or it is there and refuses to be written. */
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Dependencies } from '../../../functions/project-orders/project-records';
import {
  connectDatabase,
  withPassword,
  type Database,
  type DatabaseConfig,
  type PasswordConfig,
} from '../../../functions/shared/database';
import { startDatabaseServer, type DatabaseServer } from '../../../local/database-server';
import { LOCAL } from '../../../local/paths';
import { freePort } from '../../../local/ports';
import { actBefore } from '../../support/act-before';
import { startCuttingProxy, type CuttingProxy } from '../../support/cutting-proxy';
import { administer, createTestDatabase, emptyTables, type TestDatabase } from '../../support/database';
import { expectExact } from '../../support/oracle';
import { deliver, dependencies, sureInstance } from '../../support/projection';
import { MemoryOrdersTable, order } from '../../support/stream';

let server: DatabaseServer;
let own: TestDatabase;
let database: Database;
let proxy: CuttingProxy;
let table: MemoryOrdersTable;

beforeAll(async () => {
  server = await startDatabaseServer({ directory: join(LOCAL, 'test', 'outages'), port: await freePort() });
  own = await createTestDatabase({}, server.config);
  database = own.connect();
  proxy = await startCuttingProxy(server.config.DATABASE_PORT);
});
afterAll(async () => {
  await proxy.close();
  await own.drop();
  await server.stop();
});
beforeEach(async () => {
  await emptyTables(database);
  table = new MemoryOrdersTable();
});

/** Connected to as functions/project-orders/handler.ts does it. */
const likeTheProjector = (config: PasswordConfig): DatabaseConfig => ({ ...withPassword(config), severalAtOnce: true });

const exact = (): Promise<void> => expectExact(database, table.orders());

const threeOrders = (version: number) => ['o1', 'o2', 'o3'].map((orderid) => table.put(order(orderid, { version })));

describe('a connection that is lost', () => {
  test.each([
    ['COMMIT', 'before', { projected: [{}, {}, {}], skipped: 0, retries: 1 }],
    ['COMMIT', 'after', { projected: [], skipped: 3, retries: 1 }],
    ['INSERT INTO item_sales', 'before', { projected: [{}, {}, {}], skipped: 0, retries: 1 }],
    ['INSERT INTO item_sales', 'after', { retries: 1 }], // COMMIT was in the same packet: it may have taken effect, or not
  ] as const)('at %s, %s the server got it: the batch counts once', async (statement, when, summary) => {
    const through = connectDatabase(likeTheProjector({ ...own.config, DATABASE_PORT: proxy.port }));
    const cutsBefore = proxy.cuts();
    await deliver(dependencies(through, table), [table.put(order('o0'))]);
    proxy.cutAt(statement, when);
    expect(await deliver(dependencies(through, table), threeOrders(1))).toMatchObject([summary]);
    expect(proxy.cuts()).toBe(cutsBefore + 1);
    await exact();
    await through.close();
  });

  test('an idle connection that the server ended is replaced', async () => {
    await deliver(dependencies(database, table), threeOrders(1));
    const [session] = await database.read((sql) => sql.select<{ id: number }>('SELECT CONNECTION_ID() AS id'));
    await administer(server.config, `KILL ${session?.id ?? 0}`);
    await deliver(dependencies(database, table), threeOrders(2));
    await exact();
  });
});

describe('a function that goes ahead, and sets sums aside', () => {
  const going = (writer: Database): Dependencies => ({
    ...dependencies(writer, table),
    ahead: sureInstance(() => true),
  });

  // All that it says is one packet, with COMMIT at its end.
  test.each([
    ['before the server got it', 'before', { projected: [{}, {}, {}], skipped: 0, retries: 1 }],
    ['after the server got it', 'after', { retries: 1 }], // it may have taken effect, or not
    ['without a word', 'silent', { projected: [{}, {}, {}], skipped: 0, retries: 1 }],
  ] as const)('and loses its connection, %s: the batch counts once', async (_name, when, summary) => {
    const through = connectDatabase(likeTheProjector({ ...own.config, DATABASE_PORT: proxy.port }), { statementMs: 500 }); // prettier-ignore
    await deliver(dependencies(through, table), [table.put(order('o0'))]);
    const cutsBefore = proxy.cuts();
    proxy.cutAt('INSERT INTO unbooked_sales', when);
    expect(await deliver(going(through), threeOrders(1))).toMatchObject([summary]);
    expect(proxy.cuts()).toBe(cutsBefore + 1);
    await exact();
    await through.close();
  });

  test('while the server is killed at any moment of it: all or nothing, and once when it comes again', async () => {
    const batchOf = (round: number) => Array.from({ length: 200 }, (_, n) => table.put(order(`o${round}-${n}`)));
    const writer = own.connect();
    await deliver(going(writer), batchOf(0));
    for (let round = 1; round <= 5; round += 1) {
      const batch = batchOf(round);
      const delivery = deliver(going(writer), batch).catch((error: unknown) => error);
      await sleep(4 * (round - 1));
      await server.kill();
      await delivery;
      await server.start();
      const [summary] = await deliver(going(writer), batch);
      expect([0, 200]).toContain(summary?.projected.length);
      await exact();
    }
  });
});

test('a server killed in the middle of a batch: thrown, nothing half done, and done when it is back', async () => {
  const batch = threeOrders(1);
  const dying = actBefore(own.connect(), 'INSERT INTO item_sales', () => server.kill());
  await expect(deliver(dependencies(dying, table), batch)).rejects.toThrow(/ECONNREFUSED|ECONNRESET|lost|closed/i);
  await server.start();
  await expectExact(database, []);
  await deliver(dependencies(dying, table), batch);
  await exact();
});

test('a server that is read-only: thrown, and done when it can be written again', async () => {
  const user = { DATABASE_USER: 'projector', DATABASE_PASSWORD: 'a-password-of-a-test' };
  await administer(server.config, `CREATE USER '${user.DATABASE_USER}'@'%' IDENTIFIED BY '${user.DATABASE_PASSWORD}'`);
  await administer(server.config, `GRANT SELECT, INSERT, UPDATE, DELETE ON ${own.config.DATABASE_NAME}.* TO '${user.DATABASE_USER}'@'%'`); // prettier-ignore
  const projector = connectDatabase(likeTheProjector({ ...own.config, ...user }));
  const batch = threeOrders(1);
  await administer(server.config, 'SET GLOBAL read_only = 1');
  await expect(deliver(dependencies(projector, table), batch)).rejects.toMatchObject({ errno: 1290 });
  await administer(server.config, 'SET GLOBAL read_only = 0');
  await expectExact(database, []);
  await deliver(dependencies(projector, table), batch);
  await exact();
  await projector.close();
});

test('a server out of connections: thrown, and done when there is room again', async () => {
  const user = { DATABASE_USER: 'crowd', DATABASE_PASSWORD: 'a-password-of-a-test' };
  await administer(server.config, `CREATE USER '${user.DATABASE_USER}'@'%' IDENTIFIED BY '${user.DATABASE_PASSWORD}'`);
  await administer(server.config, `GRANT SELECT, INSERT, UPDATE, DELETE ON ${own.config.DATABASE_NAME}.* TO '${user.DATABASE_USER}'@'%'`); // prettier-ignore
  await administer(server.config, 'SET GLOBAL max_connections = 10');
  const crowd: Database[] = [];
  // A session that ends leaves room a moment later: full is who has refused several times.
  for (let refusals = 0; refusals < 5;) {
    const one = connectDatabase(likeTheProjector({ ...own.config, ...user }));
    crowd.push(one);
    try {
      await one.read((sql) => sql.select('SELECT 1'));
    } catch {
      refusals += 1;
      await sleep(100);
    }
  }
  const batch = threeOrders(1);
  const projector = connectDatabase(likeTheProjector({ ...own.config, ...user }));
  await expect(deliver(dependencies(projector, table), batch)).rejects.toMatchObject({ errno: 1040 });
  await Promise.all(crowd.map((one) => one.close()));
  await administer(server.config, 'SET GLOBAL max_connections = 100');
  await expectExact(database, []);
  await deliver(dependencies(projector, table), batch);
  await exact();
  await projector.close();
});

describe('a server that is paused', () => {
  /** Stops the server's process in the middle of a batch for some time. */
  async function pausing(ms: number, patience: Parameters<typeof connectDatabase>[1]): Promise<Database> {
    const [row] = await database.read((sql) => sql.select<{ file: string }>('SELECT @@pid_file AS file'));
    const pid = Number(readFileSync(row?.file ?? '', 'utf8'));
    return actBefore(connectDatabase(likeTheProjector(own.config), patience), 'INSERT INTO item_sales', () => {
      process.kill(pid, 'SIGSTOP');
      setTimeout(() => process.kill(pid, 'SIGCONT'), ms);
      return Promise.resolve();
    });
  }

  test('for 20 seconds, while the projector has the patience that it has in earnest: waited for', async () => {
    const projector = await pausing(20_000, { connectMs: 45_000, statementMs: 25_000 });
    const summaries = await deliver(dependencies(projector, table), threeOrders(1));
    expect(summaries).toMatchObject([{ projected: [{}, {}, {}], retries: 0 }]);
    await exact();
    await projector.close();
  });

  test('for longer than a statement may take: begun again on a new connection, counted once', async () => {
    const projector = await pausing(3_000, { connectMs: 10_000, statementMs: 1_000 });
    const [summary] = await deliver(dependencies(projector, table), threeOrders(1));
    expect(summary?.retries).toBeGreaterThan(0);
    await exact();
    await projector.close();
  });
});

describe('a connection that falls silent', () => {
  const PATIENCE = { connectMs: 2_000, statementMs: 500 };

  test.each(['COMMIT', 'INSERT INTO item_sales', 'FOR UPDATE'])(
    'at %s: given up, begun again, counted once',
    async (statement) => {
      // prettier-ignore
      const through = connectDatabase(likeTheProjector({ ...own.config, DATABASE_PORT: proxy.port }), PATIENCE);
      await deliver(dependencies(through, table), [table.put(order('o0'))]);
      proxy.cutAt(statement, 'silent');
      expect(await deliver(dependencies(through, table), threeOrders(1))).toMatchObject([{ retries: 1 }]);
      await exact();
      await through.close();
    },
  );

  test('in the middle of a query: asked again on a new connection', async () => {
    const through = connectDatabase(likeTheProjector({ ...own.config, DATABASE_PORT: proxy.port }), PATIENCE);
    await through.snapshot((sql) => sql.select('SELECT 1'));
    proxy.cutAt('SELECT 2', 'silent');
    expect(await through.snapshot((sql) => sql.select('SELECT 2 AS two'))).toEqual([{ two: 2 }]);
    await through.close();
  });

  test('before it says anything: thrown within the time for connecting', async () => {
    const mute = createServer();
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const port = (mute.address() as AddressInfo).port;
    const nobody = connectDatabase(likeTheProjector({ ...own.config, DATABASE_PORT: port }), { connectMs: 300 });
    await expect(deliver(dependencies(nobody, table), threeOrders(1))).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    mute.close();
  });
});

describe('a function that stalls in the middle of a batch while its retry runs', () => {
  /** A projection of the batch that waits before it books the sales; `stalled` resolves when it does. */
  function stalling(batch: readonly unknown[]) {
    let goOn = (): void => undefined;
    const wait = new Promise<void>((resolve) => (goOn = resolve));
    const connection = own.connect();
    let session = 0;
    let done: Promise<unknown> = Promise.resolve();
    const stalled = new Promise<void>((resolve) => {
      const slow = actBefore(connection, 'INSERT INTO item_sales', () => {
        resolve();
        return wait;
      });
      done = connection
        .read((sql) => sql.select<{ id: number }>('SELECT CONNECTION_ID() AS id'))
        .then(([row]) => (session = row?.id ?? 0))
        .then(() => deliver(dependencies(slow, table), batch));
    });
    return { stalled, session: () => session, goOn: () => (goOn(), done) };
  }

  // New orders are written all at once at the end: nobody waits for who has not come that far. Orders that are there are locked.
  test.each([
    [1, { projected: [{}, {}, {}], skipped: 0 }],
    [2, { projected: [], skipped: 3 }],
  ])('and goes on after all: version %i counts once', async (version, summary) => {
    if (version === 2) await deliver(dependencies(database, table), threeOrders(1));
    const items = [{ itemid: 'z1', quantity: 10 * version }];
    const batch = ['o1', 'o2', 'o3'].map((orderid) => table.put(order(orderid, { version, items })));
    const first = stalling(batch);
    await first.stalled;
    const retry = deliver(dependencies(own.connect(), table), batch);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await first.goOn();
    expect(await retry).toMatchObject([summary]);
    await exact();
  });

  test('and is ended: the retry does it all', async () => {
    const batch = threeOrders(1);
    const first = stalling(batch);
    await first.stalled;
    const retry = deliver(dependencies(own.connect(), table), batch);
    await administer(server.config, `KILL ${first.session()}`);
    expect(await retry).toMatchObject([{ projected: [{}, {}, {}] }]);
    await first.goOn(); // on a new connection it finds that nothing is left to do
    await exact();
  });
});
