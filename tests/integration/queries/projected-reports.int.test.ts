/** Both reports between the batches of a rush, on a real database: what the projector sets aside is told like what it has booked. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startCareful } from '../../../functions/project-orders/ahead';
import { itemsSalesReport } from '../../../functions/query-item-sales-report/query';
import { monthlySalesByItem } from '../../../functions/query-monthly-sales-by-item/query';
import type { Database } from '../../../functions/shared/database';
import { answering } from '../../../functions/shared/query';
import { allPages } from '../../support/additions';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { deliver, dependencies } from '../../support/projection';
import { below, oneOf, readSeed, seededRandom } from '../../support/random';
import { expectedItemSales, expectedMonthlySales } from '../../support/sales';
import { MemoryOrdersTable, order, type StoredOrder, type StreamRecord } from '../../support/stream';

const SEED = readSeed();
const random = seededRandom(SEED);
const table = new MemoryOrdersTable();

let own: TestDatabase;
let database: Database;

beforeAll(async () => {
  own = await createTestDatabase();
  database = own.connect();
});
afterAll(() => own.drop());

let made = 0;
function makeOrder(): StreamRecord {
  const ids = new Set([1, 2, 3].map(() => `z${below(40, random)}`));
  const orderdate = `2022-${oneOf(['09', '10', '11'], random)}-0${1 + below(9, random)}T10:00:00Z`;
  const items = [...ids].map((itemid) => ({ itemid, quantity: 1 + below(9, random) }));
  return table.put(order(`o${(made += 1)}`, { orderdate, items }));
}

const active = (): StoredOrder[] => table.orders().filter(({ status }) => status === 'active');

function cancelOne(): StreamRecord {
  const one = active()[below(active().length, random)];
  if (one === undefined) throw new Error('There is no order to cancel');
  return table.put({ ...one, version: one.version + 1, status: 'cancelled' });
}

/** How many batches are unbooked, once both reports have told all that was delivered. */
async function unbookedWhileExact(): Promise<number> {
  const orders = active().map(({ orderid, orderdate, items }) => ({
    orderId: orderid,
    time: new Date(orderdate),
    items,
  }));
  expect(await allPages(answering(itemsSalesReport), database, {}, 7)).toEqual(expectedItemSales(orders));
  const itemid = `z${below(40, random)}`;
  expect(await allPages(answering(monthlySalesByItem), database, { itemid }, 2)).toEqual(
    expectedMonthlySales(orders, itemid),
  );
  const [row] = await database.read((sql) =>
    sql.select<{ batches: number }>('SELECT COUNT(*) AS batches FROM unbooked_sales'),
  );
  return row?.batches ?? 0;
}

test(`they are exact after each batch, whatever is set aside of it (SEED=${SEED})`, async () => {
  const deps = { ...dependencies(database, table), ahead: startCareful() };
  const unbooked: number[] = [];
  for (let batch = 0; batch < 40; batch += 1) {
    const records = Array.from({ length: 60 }, makeOrder);
    await deliver(deps, batch % 13 === 12 ? [...records, cancelOne()] : records);
    unbooked.push(await unbookedWhileExact());
  }
  expect(Math.max(...unbooked)).toBeGreaterThan(5); // else nothing was tried
  expect(unbooked.slice(1)).toContain(0);
});
