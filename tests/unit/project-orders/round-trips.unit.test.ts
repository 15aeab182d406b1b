/** How often a batch asks the database: as often whatever is in it, as each time costs a way through the network. */
import { beforeEach, expect, test } from '@jest/globals';
import { databaseOn, type Database } from '../../../functions/shared/database';
import { MemoryServer, openMemorySession } from '../../support/memory-database/server';
import { expectExact } from '../../support/oracle';
import { deliver, dependencies } from '../../support/projection';
import { seededRandom } from '../../support/random';
import { Scheduler } from '../../support/scheduler';
import { customer, item, MemoryOrdersTable, order, record, type StreamRecord } from '../../support/stream';

let scheduler: Scheduler;
let database: Database;
let table: MemoryOrdersTable;
let roundTrips = 0;

beforeEach(() => {
  const random = seededRandom(1);
  scheduler = new Scheduler(random);
  const session = openMemorySession(new MemoryServer(scheduler, random));
  const ask: typeof session.ask = (statements) => {
    roundTrips += 1;
    return session.ask(statements);
  };
  database = databaseOn(() => Promise.resolve({ ...session, ask }));
  table = new MemoryOrdersTable();
});

/** Orders, customers and registered items, some of each, in a version. */
const ofAllKinds = (version: number, count: number): StreamRecord[] =>
  Array.from({ length: count }, (_, n) => [
    table.put(order(`o${n}`, { version, items: [{ itemid: `r${n}`, quantity: version }] })),
    table.putItem(item(`r${n}`, { version, tags: [`tag ${version}`] })),
    table.putCustomer(customer(`c${n}`, { version, name: `name ${version}` })),
  ]).flat();

async function tripsOf(batch: readonly unknown[]): Promise<number> {
  roundTrips = 0;
  const task = async (): Promise<void> => {
    await deliver(dependencies(database, table), batch);
  };
  await scheduler.run([task]);
  return roundTrips;
}

test('two where all is new, three where all changes, four with something in quarantine: whatever the kinds are', async () => {
  expect(await tripsOf(ofAllKinds(1, 5))).toBe(2);
  expect(await tripsOf(ofAllKinds(2, 5))).toBe(3);
  const poison = record('MODIFY', 'order#o1', {});
  expect(await tripsOf([poison])).toBe(2);
  expect(await tripsOf(ofAllKinds(3, 5))).toBe(4);
  await scheduler.run([
    () => expectExact(database, table.orders(), { customers: table.customers(), items: table.items() }),
  ]);
});

test('no more for 180 records than for 15', async () => {
  expect(await tripsOf(ofAllKinds(1, 60))).toBe(2);
  expect(await tripsOf([...ofAllKinds(2, 60), table.remove('o1')])).toBe(3);
});
