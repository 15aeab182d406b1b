/**
 * The roll-out of sums by month to a read model that has orders: whichever release's projector writes, also after a rollback, the report
 * is right at every moment, and reads months only where they hold all orders. docs/operations/upgrade.md
 */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bringUpToDate } from '../../../db-init/bring-up-to-date';
import { onConnection } from '../../../db-init/exclusive';
import { migrate } from '../../../db-init/migrate';
import { migrations } from '../../../db-init/migrations/index';
import { monthlySalesByItem } from '../../../functions/query-monthly-sales-by-item/query';
import type { Database } from '../../../functions/shared/database';
import { answering } from '../../../functions/shared/query';
import { allPages } from '../../support/additions';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { expectExact } from '../../support/oracle';
import { deliver, dependencies } from '../../support/projection';
import { below, oneOf, readSeed, seededRandom, shuffled } from '../../support/random';
import { RebuildStage } from '../../support/rebuild';
import { expectedMonthlySales } from '../../support/sales';
import { MemoryOrdersTable, order, type StreamRecord } from '../../support/stream';

const SEED = readSeed();
const random = seededRandom(SEED);
const ITEMS = ['z1', 'z2', 'z3'];
const before = migrations.filter(({ name }) => name < '0016');
const added = migrations.slice(before.length).map(({ name }) => name);

let own: TestDatabase;
let database: Database;
let table: MemoryOrdersTable;

beforeEach(async () => {
  own = await createTestDatabase({ migrated: false });
  database = own.connect();
  table = new MemoryOrdersTable();
});
afterEach(() => own.drop());

/** What db-init does, as the functions stay connected. */
const upgrade = () =>
  bringUpToDate({ where: 'here', exclusive: onConnection(own.connect()), ownsUsers: false, close: () => Promise.resolve() }, migrations); // prettier-ignore

/** As the projector of the release before writes: all but sums by month. */
const former = (inner: Database): Database => ({
  ...inner,
  transaction: (work) =>
    inner.transaction((sql) =>
      work({
        ...sql,
        queue: (statement, values) =>
          statement.includes('monthly_item_sales') ? Promise.resolve() : sql.queue(statement, values),
      }),
    ),
});

/** An order is made, changed, cancelled or deleted, in one of some months. */
function change(): StreamRecord {
  const id = `o${below(15, random)}`;
  const items = ITEMS.slice(below(3, random)).map((itemid) => ({ itemid, quantity: 1 + below(5, random) }));
  const there = table.get(id);
  if (there === undefined) return table.put(order(id, { items, orderdate: `2022-1${below(3, random)}-0${1 + below(9, random)}T10:00:00Z` })); // prettier-ignore
  if (below(5, random) === 0) return table.remove(id);
  return table.put({ ...there, version: there.version + 1, items, status: oneOf<'active' | 'cancelled'>(['active', 'cancelled'], random) }); // prettier-ignore
}

/** A delivery to each projector, in an order that is drawn. */
async function projectBy(...projectors: readonly Database[]): Promise<void> {
  for (const projector of shuffled(projectors, random))
    await deliver(dependencies(projector, table), Array.from({ length: 15 }, change));
}

async function expectRight(): Promise<void> {
  const active = table.orders().filter(({ status }) => status === 'active');
  const orders = active.map(({ orderid, orderdate, items }) => ({
    orderId: orderid,
    time: new Date(orderdate),
    items,
  }));
  for (const itemid of ITEMS)
    expect(await allPages(answering(monthlySalesByItem), database, { itemid }, 2)).toEqual(expectedMonthlySales(orders, itemid)); // prettier-ignore
}

async function readsMonths(): Promise<boolean> {
  const rows = await database.read((sql) => sql.select('SELECT name FROM complete_summaries'));
  return rows.length > 0;
}

async function rebuild(run: string): Promise<void> {
  const stage = new RebuildStage(own, table);
  await stage.rebuild(run);
  await stage.close();
}

const exact = (): Promise<void> => expectExact(database, table.orders());

test('a new read model has them from its beginning', async () => {
  expect(await upgrade()).toMatchObject({ toRebuild: [] });
  expect(await readsMonths()).toBe(true);
  await projectBy(database, database);
  await exact();
  await expectRight();
});

test(`one that has orders reads days, whoever projects meanwhile, and months from its rebuild on (SEED=${SEED})`, async () => {
  await migrate(database, before);
  await projectBy(former(database), former(database));
  expect(await upgrade()).toEqual({ applied: added, revoked: [], toRebuild: ['monthly_item_sales'] });
  for (let round = 0; round < 5; round += 1) {
    await projectBy(former(database), database);
    await expectRight();
  }
  expect(await readsMonths()).toBe(false);
  await rebuild('one');
  expect(await readsMonths()).toBe(true);
  await exact();
  await projectBy(database, database);
  await exact();
  await expectRight();
});

test('one that is empty, but whose functions run, reads days too', async () => {
  await migrate(database, before);
  await migrate(own.connect(), migrations);
  await projectBy(former(database), database);
  expect(await readsMonths()).toBe(false);
  await expectRight();
});

test('one that was made in two runs, the first cut off, reads days', async () => {
  await migrate(database, before.slice(0, 5));
  await migrate(database, migrations);
  expect(await readsMonths()).toBe(false);
});

test('a rebuild under way at a rollback is given up when this release comes back: the copy lacks months', async () => {
  await migrate(database, migrations);
  await projectBy(database);
  const stage = new RebuildStage(own, table);
  await stage.step({ step: 'prepare', run: 'one', segments: 1 });
  expect(await upgrade()).toMatchObject({ applied: [], toRebuild: ['monthly_item_sales'] });
  expect(await stage.step({ step: 'fill', run: 'one', segment: 0 })).toMatchObject({ cancelled: true });
  await stage.close();
});

test(`after a rollback and forward again, it reads days until its next rebuild (SEED=${SEED})`, async () => {
  await migrate(database, migrations);
  await projectBy(database);
  await migrate(own.connect(), before); // the former release's run, which knows nothing of months
  await projectBy(former(database), former(database));
  expect(await upgrade()).toEqual({ applied: [], revoked: [], toRebuild: ['monthly_item_sales'] });
  for (let round = 0; round < 3; round += 1) {
    await projectBy(former(database), database); // the last invocations of the former one, and the first of ours
    await expectRight();
  }
  await rebuild('again');
  await projectBy(database);
  await exact();
  expect(await readsMonths()).toBe(true);
});
