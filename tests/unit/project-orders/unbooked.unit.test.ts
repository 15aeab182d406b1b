/** What was set aside is added to a batch's own differences, once, and deleted. */
import { expect, test } from '@jest/globals';
import { allSales, differencesOf } from '../../../functions/project-orders/differences';
import type { OrderState } from '../../../functions/project-orders/order-state';
import { deleteUnbooked, withUnbooked } from '../../../functions/project-orders/unbooked';
import type { SqlValue } from '../../../functions/shared/database';
import { UnreadableSales, writeUnbooked, type UnbookedSale } from '../../../functions/shared/unbooked-sales';
import { below, readSeed, seededRandom } from '../../support/random';

const SEED = readSeed();

const allWithUnbooked = (...from: Parameters<typeof withUnbooked>) => allSales(withUnbooked(...from));

const day = (n: number): string => `2022-10-0${n}`;
const aside = (id: number, ...sales: UnbookedSale[]) => ({ id, sales: writeUnbooked(sales) });
const daily = (itemid: string, n: number, ordered: number, orders: number) => ({ itemid, orderday: day(n), ordered, orders }); // prettier-ignore

test('rows and differences of the same item and day are added up, sorted by key', () => {
  const own = [daily('a', 2, 5, 1), daily('b', 1, -1, 0), daily('z', 1, 2, 1)];
  const rows = [aside(7, ['b', day(1), 3, 1], ['B', day(1), 1, 1], ['b', day(2), 4, 2]), aside(9, ['b', day(1), 10, 2], ['a', day(1), 1, 1])]; // prettier-ignore
  expect(allWithUnbooked(own, rows)).toEqual({
    dailySales: [daily('B', 1, 1, 1), daily('a', 1, 1, 1), daily('a', 2, 5, 1), daily('b', 1, 12, 3), daily('b', 2, 4, 2), daily('z', 1, 2, 1)], // prettier-ignore
    sales: [
      { itemid: 'B', ordered: 1, orders: 1 },
      { itemid: 'a', ordered: 6, orders: 2 },
      { itemid: 'b', ordered: 16, orders: 5 },
      { itemid: 'z', ordered: 2, orders: 1 },
    ],
    monthlySales: [
      { itemid: 'B', month: 202210, ordered: 1, orders: 1 },
      { itemid: 'a', month: 202210, ordered: 6, orders: 2 },
      { itemid: 'b', month: 202210, ordered: 16, orders: 5 },
      { itemid: 'z', month: 202210, ordered: 2, orders: 1 },
    ],
  });
});

test('what comes to nothing is left out: on its day, in its month, and over all days', () => {
  const { dailySales, monthlySales, sales } = allWithUnbooked([daily('a', 1, -3, -1), daily('b', 1, -2, -1)], [aside(1, ['a', day(1), 3, 1], ['b', day(2), 2, 1])]); // prettier-ignore
  expect(dailySales).toEqual([daily('b', 1, -2, -1), daily('b', 2, 2, 1)]);
  expect([sales, monthlySales]).toEqual([[], []]);
});

test('a quantity that comes to nothing is something where the number of orders does not', () => {
  const only = { itemid: 'a', ordered: 0, orders: 1 };
  expect(allWithUnbooked([daily('a', 1, -3, 0)], [aside(1, ['a', day(1), 3, 1])])).toEqual({ sales: [only], dailySales: [{ ...only, orderday: day(1) }], monthlySales: [{ ...only, month: 202210 }] }); // prettier-ignore
});

test.each([
  '',
  'null',
  '{}',
  '["a"]',
  '[["a","2022-10-05",1]]',
  '[["a","2022-10-05","1",1]]',
  '[["a","2022-10-05",1.5,1]]',
  '[["a","2022-10-05",-1,1]]',
  '[["a","2022-10-05",1,-1]]',
  '[["a b","2022-10-05",1,1]]',
  '[["a","2022-02-29",1,1]]',
  '[["a","2022-13-01",1,1]]',
  '[["a","2022-10-00",1,1]]',
  '[["a","5 October 2022",1,1]]',
  '[["a",',
])('%s is no list of sales, which is told', (sales) => {
  expect(() => allWithUnbooked([], [{ id: 1, sales }])).toThrow(UnreadableSales);
});

test('every day there is can be told', () => {
  const days = ['2024-02-29', '2022-10-31', '2022-04-30', '2022-10-01'];
  expect(allWithUnbooked([], days.map((orderday, id) => ({ id, sales: writeUnbooked([['a', orderday, 1, 1]]) }))).dailySales).toHaveLength(4); // prettier-ignore
});

test('nothing of either is nothing', () => {
  expect(allWithUnbooked([], [])).toEqual({ sales: [], dailySales: [], monthlySales: [] });
});

test(`batches set aside and booked together come to what they do as one batch (SEED=${SEED})`, () => {
  const random = seededRandom(SEED);
  const made = (n: number): OrderState => ({
    id: `o${String(n).padStart(4, '0')}`, status: 'active', version: 1, customerid: 'c', createdBy: 'k', orderdate: `${day(1 + below(9, random))} 10:00:00`,
    items: ['a', 'b', 'c', 'd'].slice(below(4, random)).map((itemid) => ({ itemid, quantity: 1 + below(9, random) })),
  }); // prettier-ignore
  const steps = Array.from({ length: 300 }, (_, n) => ({ before: undefined, after: made(n) }));
  const batches = [0, 100, 200].map((from) => differencesOf(steps.slice(from, from + 100)).dailySales);
  const rows = batches.slice(1).map((sales, id) => aside(id, ...sales.map((one): UnbookedSale => [one.itemid, one.orderday, one.ordered, one.orders]))); // prettier-ignore
  const { sales, dailySales, monthlySales } = allSales(differencesOf(steps).dailySales);
  expect(allWithUnbooked(batches[0] ?? [], rows)).toEqual({ sales, dailySales, monthlySales });
});

test('what is booked is deleted by its id, and nothing is asked where nothing was set aside', async () => {
  const queued: (readonly [string, readonly SqlValue[] | undefined])[] = [];
  const refuse = (): never => {
    throw new Error('Deletions are only queued.');
  };
  const sql = {
    select: refuse,
    selectBoth: refuse,
    run: refuse,
    queue: (...statement: [string, (readonly SqlValue[])?]) => {
      queued.push([statement[0], statement[1]]);
      return Promise.resolve();
    },
  };
  await deleteUnbooked(sql, []);
  await deleteUnbooked(sql, [4, 7]);
  expect(queued).toEqual([
    ['DELETE /*M! unbooked_sales */ FROM unbooked_sales /*M! FORCE INDEX (PRIMARY) */ WHERE id IN (?)', [[4, 7]]],
  ]);
});
