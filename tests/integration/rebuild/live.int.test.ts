/** Rebuilds while commands and queries go on, all at once on a real database: no query fails or sees half a model, and nothing is missed. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { itemsSalesReport } from '../../../functions/query-item-sales-report/query';
import { queries } from '../../../functions/query-orders/queries';
import type { Database } from '../../../functions/shared/database';
import { answering } from '../../../functions/shared/query';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { expectExact } from '../../support/oracle';
import { below, readSeed, seededRandom } from '../../support/random';
import { deliverTo, RebuildStage, scanMemory, WAIT_MS } from '../../support/rebuild';
import { customer, item, MemoryOrdersTable, order, type StreamRecord } from '../../support/stream';

const SEED = readSeed();
const REBUILDS = 6;

let own: TestDatabase;
let database: Database;
const table = new MemoryOrdersTable();
const random = seededRandom(SEED);

beforeAll(async () => {
  own = await createTestDatabase();
  database = own.connect();
});
afterAll(() => own.drop());

/** Every order has two items in equal quantity, so that whoever sees half a model sees sums that differ. */
const both = (quantity: number) => ['z1', 'z2'].map((itemid) => ({ itemid, quantity }));

/** An order is made or changed; or made and deleted, so that the number of orders stays. */
function change(serial: number): StreamRecord[] {
  const id = `o${below(60, random)}`;
  const before = table.get(id);
  if (random() < 0.3) return [table.put(order(`short-${serial}`, { items: both(1) })), table.remove(`short-${serial}`)];
  const version = (before?.version ?? 0) + 1;
  return [table.put({ ...(before ?? order(id, { customerid: 'c1' })), version, items: both(1 + below(9, random)) })];
}

test(`queries and changes in a loop while the read model is rebuilt ${REBUILDS} times, SEED=${SEED}`, async () => {
  const clock = { now: 0 };
  const stage = new RebuildStage(own, table, clock, scanMemory(table, 8));
  const projector = stage.projector();
  await deliverTo(projector, [table.putCustomer(customer('c1')), table.putItem(item('z1', { tags: ['red'] })), ...Array.from({ length: 60 }, (_, n) => table.put(order(`o${n}`, { customerid: 'c1', items: both(2) })))]); // prettier-ignore
  clock.now += WAIT_MS;
  let going = true;
  let [changes, answers] = [0, 0];

  const write = async (): Promise<void> => {
    for (; going; changes += 1) await deliverTo(projector, change(changes));
  };
  const [orderById, byItem, byTag] = ['orderById', 'customersByItem', 'customersByTag'].map((name) => queries.find((query) => query.name === name)); // prettier-ignore
  const ask = async (reader: Database): Promise<void> => {
    for (; going; answers += 1) {
      const { queryResult: sales } = await answering(itemsSalesReport).answer(reader, { query: 'itemsSalesReport' });
      expect(sales).toHaveLength(2);
      const [z1, z2] = sales as { ordered: number; itemid: string }[];
      expect({ ...z1, itemid: '' }).toEqual({ ...z2, itemid: '' });
      const { queryResult } = (await orderById?.answer(reader, { query: 'orderById', orderId: 'o1', after: { orderId: 'o1', version: 1 } })) ?? {}; // prettier-ignore
      expect(queryResult).toHaveLength(1);
      const who = [await byItem?.answer(reader, { query: 'customersByItem', itemid: 'z1' }), await byTag?.answer(reader, { query: 'customersByTag', tag: 'red' })]; // prettier-ignore
      for (const answer of who) expect(answer?.queryResult).toHaveLength(1);
    }
  };
  const rebuild = async (): Promise<void> => {
    try {
      for (let n = 0; n < REBUILDS; n += 1) await stage.rebuild(`run-${n}`, 3);
    } finally {
      going = false;
    }
  };
  try {
    await Promise.all([write(), ask(own.connect()), ask(own.connect()), ask(own.connect()), rebuild()]);
    expect(changes).toBeGreaterThan(REBUILDS);
    expect(answers).toBeGreaterThan(REBUILDS);
    await expectExact(database, table.orders(), { customers: table.customers(), items: table.items() });
  } finally {
    await stage.close();
  }
}, 300_000);
