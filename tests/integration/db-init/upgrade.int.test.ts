/**
 * Upgrading, and rolling back, rehearsed: this release's functions run on the schema of a next one, which adds a column, a table, an index
 * and what they hold. docs/operations/upgrade.md says what follows for whoever deploys.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { migrate } from '../../../db-init/migrate';
import { migrations, type Migration } from '../../../db-init/migrations/index';
import { itemsSalesReport } from '../../../functions/query-item-sales-report/query';
import { monthlySalesByItem } from '../../../functions/query-monthly-sales-by-item/query';
import { queries } from '../../../functions/query-orders/queries';
import type { Database } from '../../../functions/shared/database';
import { answering } from '../../../functions/shared/query';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { expectExact } from '../../support/oracle';
import { deliver, dependencies } from '../../support/projection';
import { below, oneOf, seededRandom } from '../../support/random';
import { customer, item, MemoryOrdersTable, order, type StreamRecord } from '../../support/stream';

/** What a next release might add: expanding, so that this one's functions don't notice. */
const expanding: readonly Migration[] = [
  { name: '0901_add_channel', statement: 'ALTER TABLE orders ADD COLUMN channel VARCHAR(20) NULL' },
  { name: '0902_create_channel_sales', statement: 'CREATE TABLE IF NOT EXISTS channel_sales (channel VARCHAR(20) PRIMARY KEY, orders BIGINT NOT NULL)' },
  { name: '0903_index_days', statement: 'CREATE INDEX by_day ON daily_item_sales (orderday)' },
  { name: '0904_fill_channel', statement: "UPDATE orders SET channel = 'web' WHERE channel IS NULL LIMIT 3", repeated: true },
]; // prettier-ignore
const next = [...migrations, ...expanding];
const names = (list: readonly Migration[]): string[] => list.map(({ name }) => name);

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

let own: TestDatabase;
let database: Database;
let table: MemoryOrdersTable;
let random: () => number;

beforeEach(async () => {
  own = await createTestDatabase();
  database = own.connect();
  table = new MemoryOrdersTable();
  random = seededRandom(SEED);
});
afterEach(() => own.drop());

/** A change of any kind, mostly of an order. */
function change(): StreamRecord {
  const id = `o${below(12, random)}`;
  const before = table.get(id);
  const items = ['z1', 'z2', 'z3']
    .slice(below(3, random))
    .map((itemid) => ({ itemid, quantity: 1 + below(5, random) }));
  const customerid = oneOf(['c1', 'c2'], random);
  const status = oneOf<'active' | 'cancelled'>(['active', 'active', 'cancelled'], random);
  switch (below(8, random)) {
    case 0:
      return table.putCustomer(customer(customerid, { version: 1 + below(9, random) }));
    case 1:
      return table.putItem(item(oneOf(['z1', 'z2'], random), { tags: [oneOf(['red', 'blue'], random)] }));
    case 2:
      return table.remove(id);
    default:
      if (before === undefined) return table.put(order(id, { customerid, items }));
      return table.put({ ...before, version: before.version + 1, items, status });
  }
}

/** This release's projector, and its oracle. */
async function projectSome(): Promise<void> {
  const records = Array.from({ length: 60 }, change);
  await deliver(dependencies(database, table), records.slice(0, 35), records.slice(30));
  await expectExact(database, table.orders(), { customers: table.customers(), items: table.items() });
}

/** This release's answers to every query, asked one after the other: there is one connection. */
async function answers(from: Database): Promise<unknown[]> {
  const all = [answering(itemsSalesReport), answering(monthlySalesByItem), ...queries];
  const detail = { itemid: 'z1', customerId: 'c1', orderId: table.orders()[0]?.orderid, tag: 'red' };
  const told: unknown[] = [];
  for (const query of all) told.push(await query.answer(from, detail));
  return told;
}

/** Another database of this release alone, with everything that is in the table now. */
async function expectSameAnswers(): Promise<void> {
  const other = await createTestDatabase();
  const fresh = other.connect();
  const all = [...table.orders().map((one) => table.put(one)), ...table.customers().map((one) => table.putCustomer(one)), ...table.items().map((one) => table.putItem(one))]; // prettier-ignore
  await deliver(dependencies(fresh, table), all);
  expect(await answers(database)).toEqual(await answers(fresh));
  await other.drop();
}

const ledger = () => database.read((sql) => sql.select('SELECT name, checksum FROM schema_migrations ORDER BY name'));
const columns = () =>
  database.read((sql) =>
    sql.select(`SELECT table_name AS t, column_name AS c, column_type AS y FROM information_schema.columns
      WHERE table_schema = DATABASE() ORDER BY 1, 2`),
  );

test(`functions of this release project and answer exactly on the schema of the next, seed ${SEED}`, async () => {
  await projectSome();
  expect(await migrate(own.connect(), next)).toEqual(names(expanding)); // as the functions stay connected
  await projectSome();
  await expectSameAnswers();
  expect(await database.read((sql) => sql.select("SELECT 1 FROM orders WHERE channel = 'web'"))).not.toEqual([]);
});

describe('rolling back to this release', () => {
  test('undoes nothing of the schema, and its functions go on exactly', async () => {
    await migrate(database, next);
    await projectSome();
    const [before, made] = [await ledger(), await columns()];
    expect(await migrate(own.connect(), migrations)).toEqual([]);
    expect(await ledger()).toEqual(before);
    expect(await columns()).toEqual(made);
    await projectSome();
    await expectSameAnswers();
  });

  test('and forward again applies nothing twice', async () => {
    await migrate(database, next);
    await migrate(database, migrations);
    await projectSome();
    expect(await migrate(database, next)).toEqual([]);
    await projectSome();
  });
});

test('an upgrade that fails in the middle leaves functions that go on exactly; mended, it goes on from there', async () => {
  await projectSome();
  const broken = next.map((one) => (one.name === '0903_index_days' ? { ...one, statement: 'CREATE INDEX by_day ON daily_item_sales (orderdate)' } : one)); // prettier-ignore
  await expect(migrate(database, broken)).rejects.toThrow(/^Migration 0903_index_days failed: Key column 'orderdate' doesn't exist/); // prettier-ignore
  await projectSome();
  await expectSameAnswers();
  expect(await migrate(database, next)).toEqual(['0903_index_days', '0904_fill_channel']);
  await projectSome();
});
