/** The database goes away, in the middle of a batch or at its COMMIT, and comes back; or it is there and refuses to be written. */
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectDatabase, type Database } from '../../../functions/shared/database';
import { startDatabaseServer, type DatabaseServer } from '../../../local/database-server';
import { LOCAL } from '../../../local/paths';
import { freePort } from '../../../local/ports';
import { startCuttingProxy, type CuttingProxy } from '../../support/cutting-proxy';
import { administer, createTestDatabase, emptyTables, type TestDatabase } from '../../support/database';
import { expectExact } from '../../support/oracle';
import { deliver, dependencies } from '../../support/projection';
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
}, 60_000);
afterAll(async () => {
  await proxy.close();
  await own.drop();
  await server.stop();
});
beforeEach(async () => {
  await emptyTables(database);
  table = new MemoryOrdersTable();
});

const exact = (): Promise<void> => expectExact(database, table.orders());

const threeOrders = (version: number) => ['o1', 'o2', 'o3'].map((orderid) => table.put(order(orderid, { version })));

/** Calls `act` right before the first statement that begins with `beginning`. */
function acting(inner: Database, beginning: string, act: () => Promise<void>): Database {
  let pending = true;
  return {
    ...inner,
    transaction: (work) =>
      inner.transaction((sql) =>
        work({
          ...sql,
          async run(statement, values) {
            if (pending && statement.startsWith(beginning)) {
              pending = false;
              await act();
            }
            return sql.run(statement, values);
          },
        }),
      ),
  };
}

describe('a connection that is lost', () => {
  test.each([
    ['COMMIT', 'before', { projected: [{}, {}, {}], skipped: 0, retries: 1 }],
    ['COMMIT', 'after', { projected: [], skipped: 3, retries: 1 }],
    ['INSERT INTO item_sales', 'before', { projected: [{}, {}, {}], skipped: 0, retries: 1 }],
    ['INSERT INTO item_sales', 'after', { projected: [{}, {}, {}], skipped: 0, retries: 1 }],
  ] as const)('at %s, %s the server got it: the batch counts once', async (statement, when, summary) => {
    const through = connectDatabase({ ...own.config, DATABASE_PORT: proxy.port });
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

test('a server killed in the middle of a batch: thrown, nothing half done, and done when it is back', async () => {
  const batch = threeOrders(1);
  const dying = acting(own.connect(), 'INSERT INTO item_sales', () => server.kill());
  await expect(deliver(dependencies(dying, table), batch)).rejects.toThrow(/ECONNREFUSED|lost|closed/i);
  await server.start();
  await expectExact(database, []);
  await deliver(dependencies(dying, table), batch);
  await exact();
}, 60_000);

test('a server that is read-only: thrown, and done when it can be written again', async () => {
  const user = { DATABASE_USER: 'projector', DATABASE_PASSWORD: 'a-password-of-a-test' };
  await administer(server.config, `CREATE USER '${user.DATABASE_USER}'@'%' IDENTIFIED BY '${user.DATABASE_PASSWORD}'`);
  await administer(server.config, `GRANT SELECT, INSERT, UPDATE, DELETE ON ${own.config.DATABASE_NAME}.* TO '${user.DATABASE_USER}'@'%'`); // prettier-ignore
  const projector = connectDatabase({ ...own.config, ...user });
  const batch = threeOrders(1);
  await administer(server.config, 'SET GLOBAL read_only = 1');
  await expect(deliver(dependencies(projector, table), batch)).rejects.toMatchObject({ errno: 1290 });
  await administer(server.config, 'SET GLOBAL read_only = 0');
  await expectExact(database, []);
  await deliver(dependencies(projector, table), batch);
  await exact();
  await projector.close();
});
