/** The functions' users: made by db-init, and each enough for every statement of its function and for nothing beyond. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { bringUpToDate, findTarget, type Done } from '../../../db-init/bring-up-to-date';
import { onConnection } from '../../../db-init/exclusive';
import { migrations } from '../../../db-init/migrations/index';
import { bringUsersUpToDate, users } from '../../../db-init/users';
import { operate, parseRequest } from '../../../functions/operate-read-model/operate';
import { CHECKS } from '../../../functions/project-orders/check-sums';
import { reconcile, type Checked } from '../../../functions/project-orders/reconcile';
import { redrive } from '../../../functions/project-orders/redrive';
import { itemsSalesReport } from '../../../functions/query-item-sales-report/query';
import { monthlySalesByItem } from '../../../functions/query-monthly-sales-by-item/query';
import { queries } from '../../../functions/query-orders/queries';
import { connectDatabase, withPassword, type Database, type Sql } from '../../../functions/shared/database';
import { answering } from '../../../functions/shared/query';
import { DataApiServer } from '../../support/data-api-server';
import { administer, createTestDatabase, emptyTables, testServer, type TestDatabase } from '../../support/database';
import { expectExact } from '../../support/oracle';
import { deliverTo, RebuildStage } from '../../support/rebuild';
import { deliver, dependencies, sureInstance } from '../../support/projection';
import { customer, item, MemoryOrdersTable, order } from '../../support/stream';

const PASSWORD = 'of-a-test';

let own: TestDatabase;
let root: Database;
let server: DataApiServer;
const connections: Database[] = [];

/** Here is no AWS plugin, and no TLS: the users get a password instead. */
const translate = (sql: string): string =>
  sql
    .replace("IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'", `IDENTIFIED BY '${PASSWORD}'`)
    .replace('REQUIRE SSL', 'REQUIRE NONE');

function bringUp(): Promise<Done> {
  const waits = { deadline: Date.now() + 60_000, sleep: () => Promise.resolve(), log: () => undefined };
  const environment = { DATABASE_SIGN_IN: 'data-api', ...server.config };
  return bringUpToDate(
    findTarget(environment, waits, () => server.client()),
    migrations,
  );
}

function connectAs(user: string): Database {
  const database = connectDatabase(withPassword({ ...own.config, DATABASE_USER: user, DATABASE_PASSWORD: PASSWORD }));
  connections.push(database);
  return database;
}

const run = (database: Database, statement: string) => database.read((sql) => sql.run(statement));

beforeAll(async () => {
  own = await createTestDatabase({ migrated: false });
  root = own.connect();
  server = await DataApiServer.start(own.config, { translate });
  await bringUp();
});
afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  for (const user of Object.keys(users)) await administer(testServer(), `DROP USER IF EXISTS '${user}'@'%'`);
  await server.stop();
  await own.drop();
});

describe('making the users', () => {
  test("is by AWS's own statements, over TLS alone", () => {
    for (const user of Object.keys(users)) {
      expect(server.statements()).toContain(
        `CREATE USER IF NOT EXISTS '${user}'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'`,
      );
      expect(server.statements()).toContain(`ALTER USER '${user}'@'%' REQUIRE SSL`);
    }
  });

  test('again changes nothing', async () => {
    const grants = () => root.read((sql) => sql.select("SHOW GRANTS FOR 'order_operator'@'%'"));
    const before = await grants();
    expect(await bringUp()).toMatchObject({ applied: [], revoked: [] });
    expect(await grants()).toEqual(before);
  });

  test('takes back what a former release granted and this one does not', async () => {
    await run(root, "GRANT SELECT, DELETE ON order_items TO 'order_operator'@'%'");
    await run(root, "GRANT INSERT ON counts TO 'order_reader'@'%'");
    expect((await bringUp()).revoked.toSorted()).toEqual([
      "REVOKE DELETE ON `order_items` FROM 'order_operator'@'%'",
      "REVOKE INSERT ON `counts` FROM 'order_reader'@'%'",
      "REVOKE SELECT ON `order_items` FROM 'order_operator'@'%'",
    ]);
    expect((await bringUp()).revoked).toEqual([]);
  });

  test('leaves for a release what it granted before and grants no more: the former functions still run', async () => {
    const tolerating = (formerly: typeof users): Promise<string[]> =>
      onConnection(root)((sql) => {
        const translating: Sql = {
          select: (statement, values) => sql.select(statement, values),
          run: (statement, values) => sql.run(translate(statement), values),
        };
        return bringUsersUpToDate(translating, formerly);
      });
    await run(root, "GRANT SELECT, DELETE ON counts TO 'order_operator'@'%'");
    const formerly = { order_operator: { counts: ['SELECT'] }, order_reader: { counts: ['DELETE'] } } as const;
    expect(await tolerating(formerly)).toEqual(["REVOKE DELETE ON `counts` FROM 'order_operator'@'%'"]);
    await run(connectAs('order_operator'), 'SELECT name FROM counts');
    expect(await tolerating({})).toEqual(["REVOKE SELECT ON `counts` FROM 'order_operator'@'%'"]);
  });

  test('takes nothing back of a table that only a newer release knows: after a rollback its functions still run', async () => {
    await run(root, 'CREATE TABLE of_the_next_release (id INT PRIMARY KEY)');
    await run(root, "GRANT SELECT, INSERT ON of_the_next_release TO 'order_projector'@'%'");
    expect((await bringUp()).revoked).toEqual([]);
    await run(connectAs('order_projector'), 'INSERT INTO of_the_next_release VALUES (1)');
    await run(root, 'DROP TABLE of_the_next_release');
  });

  test('that fails names the statement’s error in the reason', async () => {
    const config = { ...own.config };
    const strict = await DataApiServer.start(config, { translate: (sql) => sql.replace('IDENTIFIED', 'NONSENSE') });
    const waits = { deadline: Date.now() + 60_000, sleep: () => Promise.resolve(), log: () => undefined };
    const target = findTarget({ DATABASE_SIGN_IN: 'data-api', ...strict.config }, waits, () => strict.client());
    await expect(bringUpToDate(target, migrations)).rejects.toThrow(/The users could not be made: .*\(errno 1064\)$/);
    await strict.stop();
  });
});

describe('each user may do what its function does', () => {
  let table: MemoryOrdersTable;
  beforeEach(() => {
    table = new MemoryOrdersTable();
  });

  /** Changes of every kind: made ahead, changed, cancelled, deleted, bad, redriven. */
  async function projectAll(database: Database): Promise<void> {
    const deps = dependencies(database, table);
    const goingAhead = { ...deps, ahead: sureInstance(() => true) };
    const items = [{ itemid: 'z1', quantity: 2 }, { itemid: 'z2', quantity: 1 }]; // prettier-ignore
    await deliver(
      goingAhead,
      ['a', 'b', 'c', 'd'].map((id) => table.put(order(id, { customerid: 'c1', items }))),
      [table.putCustomer(customer('c1')), table.putCustomer(customer('c2')), table.putItem(item('z1')), table.putItem(item('z2'))], // prettier-ignore
      [table.put(order('a', { customerid: 'c1', version: 2, items: [{ itemid: 'z2', quantity: 5 }] }))],
      [table.put(order('b', { customerid: 'c1', version: 2, status: 'cancelled', items }))],
      [table.putItem(item('z1', { version: 2, tags: ['red'] })), table.remove('d')],
      [table.removeCustomer('c2'), table.removeItem('z2'), table.putJunk('bad', { pk: { S: 'order#bad' } })],
    );
    table.put(order('bad'));
    expect(await redrive(['order#bad', 'order#a'], deps)).toEqual({ redriven: ['order#bad', 'order#a'], quarantined: [] }); // prettier-ignore
    await deliver(deps, [table.putJunk('worse', { pk: { S: 'order#worse' } })]);
    table.dropJunk();
  }

  test('order_projector: whole batches, the quarantine and redriving', async () => {
    await projectAll(connectAs('order_projector'));
    await expectExact(root, table.orders(), { customers: table.customers(), items: table.items() });
  });

  test('order_projector: comparing, and mending what differs', async () => {
    await emptyTables(root);
    await projectAll(connectAs('order_projector'));
    const damages = ['UPDATE item_sales SET ordered = ordered + 1', 'DELETE FROM daily_item_sales', 'DELETE FROM monthly_item_sales', 'DELETE FROM held_orders', 'UPDATE counts SET total = 9', "INSERT INTO order_items VALUES ('never', 'z1', 1)", "INSERT INTO item_tags VALUES ('z7', 'red')"]; // prettier-ignore
    for (const damage of damages) await run(root, damage);
    await run(root, `INSERT INTO unbooked_sales (sales) VALUES ('[["z1", "2022-10-05", 3, 1]]')`);
    const deps = dependencies(connectAs('order_projector'), table);
    expect(await reconcile({ compare: ['order#a', 'item#z1', 'customer#c1'] }, deps)).toEqual({ differences: [] });
    for (const check of CHECKS) {
      const { differences } = (await reconcile({ check }, deps)) as Checked;
      if (differences.length > 0) await reconcile({ mend: differences.map(({ table: its, key }) => ({ table: its, key: [...key] })) }, deps); // prettier-ignore
    }
    expect(await root.read((sql) => sql.select('SELECT id FROM unbooked_sales'))).toEqual([]);
    await expectExact(root, table.orders(), { customers: table.customers(), items: table.items() });
  });

  const reports = [answering(itemsSalesReport), answering(monthlySalesByItem), ...queries];
  const details: Readonly<Record<string, object>> = {
    monthlySalesByItem: { itemid: 'z1' },
    orderById: { orderId: 'a' },
    ordersByCustomer: { customerId: 'c1' },
    customersByItem: { itemid: 'z1' },
    customersByTag: { tag: 'red' },
  };

  test.each(reports.map((query) => [query.name, query] as const))('order_reader: %s', async (name, query) => {
    const reply = await query.answer(connectAs('order_reader'), {
      query: name,
      after: { orderId: 'a', version: 1 },
      ...details[name],
    });
    expect(reply.queryStatus).toBe(200);
    expect(reply.queryResult).not.toEqual([]);
  });

  test('order_operator: every operation', async () => {
    const database = connectAs('order_operator');
    const ask = (request: unknown) => operate(database, parseRequest(request));
    expect(await ask({ operation: 'status' })).toMatchObject({ active: 3, cancelled: 1, quarantined: 1 });
    expect(await ask({ operation: 'keys.list' })).toEqual({
      keys: ['customer#c1', 'item#z1', 'order#a', 'order#b', 'order#bad', 'order#c'],
    });
    const { records } = (await ask({ operation: 'quarantine.list' })) as { records: { id: number; pk: string }[] };
    expect(records.map(({ pk }) => pk)).toEqual(['order#worse']);
    const id = records[0]?.id ?? 0;
    expect(await ask({ operation: 'quarantine.get', id })).toMatchObject({ record: { pk: 'order#worse' } });
    expect(await ask({ operation: 'quarantine.discard', ids: [id] })).toEqual({ discarded: 1 });
  });
});

describe('a rebuild', () => {
  test('order_rebuilder makes, fills and swaps the copy, which order_projector writes too', async () => {
    const table = new MemoryOrdersTable();
    const asUser = (user: string) => ({ DATABASE_USER: user, DATABASE_PASSWORD: PASSWORD });
    const stage = new RebuildStage({ ...own, config: { ...own.config, ...asUser('order_rebuilder') } }, table);
    const projector = new RebuildStage({ ...own, config: { ...own.config, ...asUser('order_projector') } }, table);
    try {
      table.putCustomer(customer('c1'));
      table.put(order('late'));
      await stage.step({ step: 'prepare', run: 'one', segments: 2 });
      await deliverTo(projector.projector(), [table.put(order('a')), table.remove('late')]);
      await stage.finish('one');
      await stage.step({ step: 'prepare', run: 'two', segments: 2 });
      expect(await stage.step({ step: 'status' })).toMatchObject({ state: 'filling', expected: 2 });
      expect(await stage.step({ step: 'cancel' })).toEqual({ cancelled: true });
      await expectExact(root, table.orders(), { customers: table.customers() });
      await deliverTo(projector.projector(), [table.put(order('b'))]);
      await expectExact(root, table.orders(), { customers: table.customers() });
    } finally {
      await projector.disconnect();
      await stage.disconnect();
    }
  });

  test('by a user of one’s own who may make no copy says what is needed', async () => {
    const user = `own_${own.config.DATABASE_NAME}`;
    await run(root, `CREATE USER '${user}'@'%' IDENTIFIED BY '${PASSWORD}'`);
    await run(root, `GRANT ALL PRIVILEGES ON ${own.config.DATABASE_NAME}.* TO '${user}'@'%'`);
    const config = { ...own.config, DATABASE_USER: user, DATABASE_PASSWORD: PASSWORD };
    const stage = new RebuildStage({ ...own, config }, new MemoryOrdersTable());
    await expect(stage.step({ step: 'prepare', run: 'one', segments: 1 })).rejects.toThrow(
      `The database’s user needs all privileges on ${own.config.DATABASE_NAME}_next.* for a rebuild`,
    );
    await stage.disconnect();
    await run(root, `DROP USER '${user}'@'%'`);
  });
});

describe('what is beyond it, the database refuses', () => {
  test.each([
    ['order_projector', 'CREATE TABLE more (id INT)'],
    ['order_projector', 'ALTER TABLE orders ADD COLUMN more INT'],
    ['order_projector', 'DROP TABLE counts'],
    ['order_projector', 'TRUNCATE TABLE orders'],
    ['order_projector', 'DELETE FROM schema_migrations'],
    ['order_projector', 'INSERT INTO schema_lock VALUES (2)'],
    ['order_projector', "UPDATE rebuild SET state = 'filling'"],
    ['order_rebuilder', 'CREATE TABLE more (id INT)'],
    ['order_rebuilder', 'DELETE FROM orders'],
    ['order_rebuilder', 'DROP TABLE schema_migrations'],
    ['order_reader', 'DELETE FROM orders'],
    ['order_reader', "UPDATE counts SET total = 0 WHERE name = 'customers'"],
    ['order_reader', "INSERT INTO items SELECT * FROM items WHERE itemid = 'z1'"],
    ['order_reader', 'SELECT record FROM quarantined_changes'],
    ['order_operator', 'DELETE FROM orders'],
    ['order_operator', "UPDATE quarantined_changes SET error = ''"],
    ['order_operator', 'SELECT * FROM order_items'],
  ])('%s: %s', async (user, statement) => {
    await expect(run(connectAs(user), statement)).rejects.toMatchObject({ errno: 1142 });
  });

  test.each(Object.keys(users))('%s grants nothing to anybody', async (user) => {
    await expect(run(connectAs(user), `GRANT SELECT ON orders TO '${user}'@'%'`)).rejects.toThrow(/denied/);
  });
});
