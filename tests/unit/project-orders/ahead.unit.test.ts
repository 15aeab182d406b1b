/**
 * The way ahead: new orders in one round trip, and whatever is there already by the ordinary way. What is unbooked is part of the read
 * model (the oracle adds it).
 */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { startCareful, type Ahead } from '../../../functions/project-orders/ahead';
import type { Summary } from '../../../functions/project-orders/project-records';
import { databaseOn, type Database, type SqlValue } from '../../../functions/shared/database';
import { MemoryServer, openMemorySession } from '../../support/memory-database/server';
import { expectExact, quarantinedKeys } from '../../support/oracle';
import { deliver, dependencies, sureInstance } from '../../support/projection';
import { seededRandom } from '../../support/random';
import { Scheduler } from '../../support/scheduler';
import { customer, item, MemoryOrdersTable, order, record, type StreamRecord } from '../../support/stream';

let scheduler: Scheduler;
let server: MemoryServer;
let database: Database;
let table: MemoryOrdersTable;
let roundTrips = 0;
let ahead: Ahead;

/** Commits that are refused from now on, as by a server that became read-only. */
let refusedCommits = 0;

const refuse = (): Promise<never> => {
  refusedCommits -= 1;
  return Promise.reject(Object.assign(new Error('read-only'), { errno: 1290 }));
};

beforeEach(() => {
  const random = seededRandom(1);
  scheduler = new Scheduler(random);
  server = new MemoryServer(scheduler, random);
  refusedCommits = 0;
  database = databaseOn(() => {
    const session = openMemorySession(server);
    const ask: typeof session.ask = (statements) => {
      roundTrips += 1;
      if (refusedCommits > 0 && statements.at(-1)?.[0] === 'COMMIT') return refuse();
      return session.ask(statements);
    };
    return Promise.resolve({ ...session, ask });
  });
  table = new MemoryOrdersTable();
  ahead = sureInstance();
});

let serial = 0;
/** What is drawn by lot. */
let lot = 0.5;

/** As many new orders, each of one item of its own. */
const newOrders = (count: number): StreamRecord[] =>
  Array.from({ length: count }, () => {
    serial += 1;
    return table.put(order(`o${serial}`, { customerid: 'c1', items: [{ itemid: `z${serial}`, quantity: serial }] }));
  });

/** Delivers a batch; resolves to what came of it and how many round trips it took. */
async function deliverOne(batch: readonly unknown[]): Promise<Summary & { readonly trips: number }> {
  roundTrips = 0;
  const summaries: Summary[] = [];
  await scheduler.run([
    async () => {
      summaries.push(
        ...(await deliver(
          { ...dependencies(database, table), ahead, sleep: () => scheduler.turn(), random: () => lot },
          batch,
        )),
      );
    },
  ]);
  const [summary] = summaries;
  if (summary === undefined) throw new Error('Nothing came of it');
  return { ...summary, trips: roundTrips };
}

const unbooked = (): number => server.store.table('unbooked_sales').entries.size;

const expectReadModel = (): Promise<void> =>
  scheduler.run([() => expectExact(database, table.orders(), { customers: table.customers(), items: table.items() })]);

describe('new orders', () => {
  test('take one round trip, once an instance has seen that what comes is new', async () => {
    ahead = startCareful();
    expect(await deliverOne(newOrders(3))).toMatchObject({ trips: 2, skipped: 0 });
    const second = await deliverOne(newOrders(3));
    expect(second).toMatchObject({ trips: 1, skipped: 0, retries: 0, quarantined: [] });
    expect(second.projected.map(({ version, status }) => [version, status])).toEqual(Array.from({ length: 3 }, () => [1, 'active'])); // prettier-ignore
    expect(second.projected[0]).toEqual({ pk: 'order#o4', version: 1, status: 'active', eventId: 'event-of-o4-1' });
    await expectReadModel();
  });

  test('a delivery that comes again is found, and from then on looked for, until one is all new', async () => {
    const first = newOrders(3);
    await deliverOne(first);
    expect(await deliverOne(first)).toMatchObject({ trips: 3, skipped: 3, retries: 1 }); // and ROLLBACK, which is not counted
    expect(await deliverOne(first)).toMatchObject({ trips: 2, skipped: 3 });
    expect(await deliverOne([...first, ...newOrders(1)])).toMatchObject({ trips: 2, skipped: 3 });
    expect(await deliverOne(newOrders(3))).toMatchObject({ trips: 2, skipped: 0 });
    expect(await deliverOne(newOrders(3))).toMatchObject({ trips: 1, skipped: 0 });
    await expectReadModel();
  });

  test('changes of orders are looked for at once', async () => {
    await deliverOne(newOrders(1));
    expect(await deliverOne([table.put(order(`o${serial}`, { version: 2 }))])).toMatchObject({ trips: 3, skipped: 0 });
    await expectReadModel();
  });

  test('an order that was deleted before it was seen stays deleted', async () => {
    const [late] = newOrders(1);
    const gone = table.remove(`o${serial}`);
    await deliverOne([gone]);
    ahead.newInARow = 100;
    expect(await deliverOne([late])).toMatchObject({ projected: [], skipped: 1 });
    await expectReadModel();
  });

  const others: readonly (readonly [string, (records: StreamRecord[]) => unknown[]])[] = [
    ['a change', (records) => [...records, table.put(order(`o${serial}`, { version: 2 }))]],
    ['a deletion', (records) => [...records, table.remove(`o${serial}`)]],
    ['the same order twice', (records) => [...records, ...records.slice(0, 1)]],
    ['a customer', (records) => [...records, table.putCustomer(customer('c1'))]],
    ['an item', (records) => [...records, table.putItem(item('r1'))]],
    ['an order that cannot be read', (records) => [...records, record('INSERT', 'order#bad', { pk: { S: 'order#bad' } })]],
    ['a key of no subject', (records) => [...records, record('INSERT', 'order#a b', {})]],
    ['nothing that is a record', (records) => [...records, null, 'INSERT']],
  ]; // prettier-ignore
  test.each(others)('with %s among them are looked for', async (_name, among) => {
    expect((await deliverOne(among(newOrders(2)))).trips).toBeGreaterThan(1);
    table.dropJunk();
    await expectReadModel();
  });

  test('what lies in quarantine is let go of by them', async () => {
    const bad = record('INSERT', 'order#o999', { pk: { S: 'order#o999' } });
    await deliverOne([bad]);
    ahead.newInARow = 100; // as an instance that has not seen it
    const good = table.put(order('o999'));
    expect(await deliverOne([good])).toMatchObject({ projected: [{ pk: 'order#o999' }] });
    expect(ahead.newInARow).toBe(0);
    await expectReadModel();
    await scheduler.run([
      async () => {
        expect(await quarantinedKeys(database)).toEqual([]);
      },
    ]);
  });

  test('a connection that is lost is a loss like others: the batch is looked for on the next', async () => {
    database = server.connect();
    for (let faults = 0; faults < 40; faults += 1) {
      const batch = newOrders(2);
      server.faultsPercent = 30;
      await deliverOne(batch).catch(() => undefined);
      server.faultsPercent = 0;
      ahead.newInARow = 100;
      await deliverOne(batch);
      await expectReadModel();
      ahead.newInARow = 100;
    }
    expect([...server.counts.keys()]).toEqual(expect.arrayContaining(['lost before', 'lost after', '1062']));
  });
});

describe('sums', () => {
  test.each([
    [19, 0],
    [20, 1],
    [300, 1],
    [301, 0],
  ])('of %i items by day: %i rows are set aside', async (sums, rows) => {
    await deliverOne(newOrders(sums));
    expect(unbooked()).toBe(rows);
    await expectReadModel();
  });

  test('that were set aside of twenty deliveries are booked with the next', async () => {
    for (let n = 0; n < 20; n += 1) expect(await deliverOne(newOrders(20))).toMatchObject({ trips: 1 });
    expect(unbooked()).toBe(20);
    expect(await deliverOne(newOrders(20))).toMatchObject({ trips: 2 });
    expect(unbooked()).toBe(0);
    expect(await deliverOne(newOrders(20))).toMatchObject({ trips: 1 });
    expect(unbooked()).toBe(1);
    await expectReadModel();
  });

  test.each([
    [0, 10],
    [0.5, 20],
    [0.999, 30],
  ])('are booked again after as many deliveries as the lot says: %d, so %i', async (drawn, deliveries) => {
    lot = drawn;
    ahead.untilBooking = 0;
    await deliverOne(newOrders(20));
    for (let n = 0; n < deliveries; n += 1) await deliverOne(newOrders(20));
    expect(unbooked()).toBe(deliveries);
    await deliverOne(newOrders(20));
    expect(unbooked()).toBe(0);
  });

  test('are set aside once five deliveries in a row were all new: else changes come between, which must book them', async () => {
    ahead = startCareful();
    for (let n = 0; n < 5; n += 1) await deliverOne(newOrders(20));
    expect(unbooked()).toBe(0);
    await deliverOne(newOrders(20));
    expect(unbooked()).toBe(1);
    await deliverOne([table.put(order(`o${serial}`, { version: 2 }))]);
    for (let n = 0; n < 5; n += 1) await deliverOne(newOrders(20));
    expect(unbooked()).toBe(0);
    await deliverOne(newOrders(20));
    expect(unbooked()).toBe(1);
    await expectReadModel();
  });

  test('that were to be booked, and were not as COMMIT failed, are booked when the delivery comes again', async () => {
    for (let n = 0; n < 20; n += 1) await deliverOne(newOrders(20));
    const next = newOrders(20);
    refusedCommits = 2;
    await expect(deliverOne(next)).rejects.toThrow('read-only');
    await deliverOne(next);
    expect(unbooked()).toBe(0);
    await expectReadModel();
  });

  test('that others set aside are booked by a new instance, whatever comes to it first', async () => {
    for (let n = 0; n < 5; n += 1) await deliverOne(newOrders(20));
    ahead = startCareful();
    await deliverOne([table.putCustomer(customer(`c-${serial}`))]);
    expect(unbooked()).toBe(5);
    await deliverOne(newOrders(20));
    expect(unbooked()).toBe(0);
    await expectReadModel();
  });

  test('that others set aside are booked after twenty deliveries by one that sets none aside', async () => {
    await deliverOne(newOrders(20));
    ahead = sureInstance();
    for (let n = 0; n < 20; n += 1) expect(await deliverOne(newOrders(3))).toMatchObject({ trips: 1 });
    expect(unbooked()).toBe(1);
    expect(await deliverOne(newOrders(3))).toMatchObject({ trips: 2 });
    expect(unbooked()).toBe(0);
    await expectReadModel();
  });

  test('that were set aside are booked with those of the first small delivery', async () => {
    await deliverOne(newOrders(20));
    expect(await deliverOne(newOrders(9))).toMatchObject({ trips: 2 });
    expect(unbooked()).toBe(0);
    await expectReadModel();
  });

  test('that another instance set aside are booked before a change takes away of them', async () => {
    await deliverOne(newOrders(20));
    ahead = startCareful();
    await deliverOne([table.put(order(`o${serial}`, { version: 2, status: 'cancelled' }))]);
    expect(unbooked()).toBe(0);
    await expectReadModel();
    const sums = [...server.store.table('item_sales').entries.values()].map(({ committed }) => committed?.['orders']);
    expect(sums).toEqual(Array.from({ length: 19 }, () => 1)); // of the one that was cancelled there is nothing, and nothing negative
  });

  test('that somebody wrote by hand and nobody can read keep all from being booked, and put nothing into quarantine', async () => {
    const change = [newOrders(1)[0], table.put(order(`o${serial}`, { version: 2 }))];
    const write = (statement: string, ...values: SqlValue[]): Promise<void> =>
      scheduler.run([
        async () => {
          await database.read((sql) => sql.run(statement, values));
        },
      ]);
    await write('INSERT INTO unbooked_sales (sales) VALUES (?)', 'not JSON');
    await expect(deliverOne(change)).rejects.toThrow(/unbooked_sales has a row .* not JSON/);
    await scheduler.run([
      async () => {
        expect(await quarantinedKeys(database)).toEqual([]);
      },
    ]);
    await write('DELETE /*M! unbooked_sales */ FROM unbooked_sales /*M! FORCE INDEX (PRIMARY) */ WHERE id IN (?)', [
      [1],
    ]);
    expect(await deliverOne(change)).toMatchObject({ quarantined: [] });
    await expectReadModel();
  });

  test('are booked by no delivery of customers or items, which does not reset the count', async () => {
    for (let n = 0; n < 20; n += 1) await deliverOne(newOrders(20));
    await deliverOne([table.putCustomer(customer(`c-${serial}`))]);
    expect(unbooked()).toBe(20);
    await deliverOne(newOrders(20));
    expect(unbooked()).toBe(0);
    await expectReadModel();
  });
});
