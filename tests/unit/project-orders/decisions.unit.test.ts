/** The projection's pure decisions: what a batch says, what to do with it, what rows it makes, what follows from a failure. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allSales, differencesOf } from '../../../functions/project-orders/differences';
import type { OrderState } from '../../../functions/project-orders/order-state';
import { OrdersTableUnavailable } from '../../../functions/project-orders/orders-table';
import { judge } from '../../../functions/project-orders/project-batch';
import { UnreadableSales } from '../../../functions/shared/unbooked-sales';
import { afterFailure } from '../../../functions/project-orders/project-records';
import { orders } from '../../../functions/project-orders/orders';
import { readBatch, type Change } from '../../../functions/project-orders/read-batch';
import { registeredItems } from '../../../functions/project-orders/registered-items';
import { readSeed } from '../../support/random';
import { afterLookingUp } from '../../../functions/project-orders/state';
import { item, order, put, record, removal } from '../../support/stream';

const SEED = readSeed();

const versions = (orderid: string, count: number) =>
  Array.from({ length: count }, (_, n) => put(order(orderid, { version: n + 1 })));

describe('readBatch', () => {
  test(`keeps the newest image of each order, sorted byte by byte, in whatever order they come (SEED=${SEED})`, () => {
    const records = [...versions('b', 3), ...versions('B', 2), ...versions('a', 1)];
    fc.assert(
      fc.property(fc.shuffledSubarray(records, { minLength: records.length }), (shuffledRecords) => {
        const { changes, bad } = readBatch(orders, shuffledRecords);
        expect(changes.map(({ id, image }) => [id, image?.state.version])).toEqual([
          ['B', 2],
          ['a', 1],
          ['b', 3],
        ]);
        expect(changes.some(({ uncertain }) => uncertain)).toBe(false);
        expect(bad).toEqual([]);
      }),
      { seed: SEED },
    );
  });

  test('two lives of an order, or its deletion, make the images uncertain', () => {
    const lives = [put(order('o')), put(order('o', { createdBy: 'another' }))];
    expect(readBatch(orders, lives).changes).toMatchObject([{ uncertain: true }]);
    expect(readBatch(orders, [removal('o'), put(order('o'))]).changes).toMatchObject([{ uncertain: true }]);
    expect(readBatch(orders, [removal('o')]).changes).toMatchObject([{ uncertain: true, image: undefined }]);
  });

  test('two images of an item are uncertain always: no date tells its lives apart', () => {
    const versionsOfItem = [put(item('z')), put(item('z', { version: 2 }))];
    expect(readBatch(registeredItems, versionsOfItem).changes).toMatchObject([{ id: 'z', uncertain: true }]);
    expect(readBatch(orders, versionsOfItem)).toEqual({ changes: [], bad: [] });
  });

  test('a bad record counts only while no newer good one of its order is there', () => {
    const [before, bad, after] = [put(order('o')), record('MODIFY', 'order#o', {}), put(order('o', { version: 3 }))];
    expect(readBatch(orders, [before, bad]).bad).toMatchObject([{ pk: 'order#o', record: bad }]);
    expect(readBatch(orders, [before, bad, after]).bad).toEqual([]);
    expect(readBatch(orders, [before, bad, after]).changes).toMatchObject([{ repairs: true }]);
    expect(readBatch(orders, [before, bad]).changes[0]?.repairs).toBeUndefined();
    expect(readBatch(orders, [bad, put(order('other'))]).bad).toHaveLength(1);
  });
});

describe('judge', () => {
  const row = { id: 'o', customerid: null, status: 'active', version: 2, orderdate: '2022-10-05 10:00:00', createdBy: 'key-of-o' } as const; // prettier-ignore
  const onlyChange = (one: unknown): Change<OrderState> => {
    const [change] = readBatch(orders, [one]).changes;
    if (change === undefined) throw new Error('the record is bad');
    return change;
  };
  const change = (version: number, more = {}): Change<OrderState> => onlyChange(put(order('o', { version, ...more }))); // prettier-ignore

  test.each([
    ['no row', change(1), undefined, 'apply'],
    ['a newer version', change(3), row, 'apply'],
    ['the same version', change(2), row, 'skip'],
    ['an older version', change(1), row, 'skip'],
    ['the same version, where a bad record is to be made up for', { ...change(2), repairs: true }, row, 'ask'],
    ['a newer version, where a bad record is to be made up for', { ...change(3), repairs: true }, row, 'ask'],
    ['what a scan read, and no row', { ...change(2), scanned: true }, undefined, 'apply'],
    ['what a scan read, newer than the row', { ...change(3), scanned: true }, row, 'ask'],
    ['what a scan read, of the version of the row', { ...change(2), scanned: true }, row, 'skip'],
    ['what a scan read, and a tombstone', { ...change(2), scanned: true }, { ...row, status: 'deleted' }, 'ask'],
    ['a newer version of another life', change(9, { createdBy: 'k2' }), row, 'ask'],
    ['a newer version by the same key at another time', change(9, { orderdate: '2022-10-06T00:00:00Z' }), row, 'ask'],
    ['a tombstone', change(9), { ...row, status: 'deleted' }, 'ask'],
    ['a deletion', onlyChange(removal('o')), undefined, 'ask'],
  ] as const)('%s', (_, one, its, verdict) => {
    expect(judge(one, its)).toBe(verdict);
  });
});

describe('afterLookingUp', () => {
  const row = { id: 'o', status: 'active', version: 3, orderdate: '2022-10-05 10:00:00', createdBy: 'k' } as const;
  const tombstone = { ...row, status: 'deleted' } as const;

  test.each([
    ['there was no row', undefined, row],
    ['it is the row itself', row, row],
    ['the order has changed since', row, { ...row, version: 4, status: 'cancelled' }],
    ['the order is gone', row, tombstone],
    ['there is only a tombstone still', tombstone, tombstone],
  ] as const)('an order keeps its key where %s', (_, before, found) => {
    expect(afterLookingUp(before, found)).toEqual(found);
  });

  test.each([
    ['a tombstone was there, of a life by the same key at the same time', tombstone],
    ['the row was newer: its life is over', { ...row, version: 9 }],
    ['the row was made by another key', { ...row, createdBy: 'l' }],
    ['the row was of another time', { ...row, orderdate: '2022-10-06 10:00:00' }],
    ['its row has none', { ...row, createdBy: null }],
  ] as const)('an order is without a key from then on where %s', (_, before) => {
    expect(afterLookingUp(before, row)).toEqual({ ...row, createdBy: null });
  });

  test('customers and items keep theirs: no image of them is believed without looking anyway', () => {
    const found = { id: 'c', status: 'active', version: 1, createdBy: 'k' } as const;
    expect(afterLookingUp({ ...found, status: 'deleted' }, found)).toEqual(found);
  });
});

const salesOf = (steps: Parameters<typeof differencesOf>[0]) => allSales(differencesOf(steps).dailySales);

describe('differencesOf', () => {
  const state = (more: Partial<OrderState>): OrderState => ({ id: 'o', customerid: null, status: 'active', version: 1, orderdate: '2022-10-05 10:00:00', createdBy: 'k', items: [], ...more }); // prettier-ignore
  const items = (...quantities: [string, number][]) => quantities.map(([itemid, quantity]) => ({ itemid, quantity }));

  test('writes what changed and nothing else', () => {
    const before = state({ items: items(['a', 1], ['b', 2], ['c', 3]) });
    const after = state({ version: 2, items: items(['b', 2], ['c', 4], ['d', 5]) });
    expect({ ...differencesOf([{ before, after }]), ...salesOf([{ before, after }]) }).toEqual({
      newItems: [],
      changedItems: [{ orderid: 'o', itemid: 'c', quantity: 4 }, { orderid: 'o', itemid: 'd', quantity: 5 }], // prettier-ignore
      goneItems: [{ orderid: 'o', itemid: 'a', quantity: 1 }],
      newHeld: [],
      moreHeld: [],
      goneHeld: [],
      sales: [{ itemid: 'a', ordered: -1, orders: -1 }, { itemid: 'c', ordered: 1, orders: 0 }, { itemid: 'd', ordered: 5, orders: 1 }], // prettier-ignore
      dailySales: [
        { itemid: 'a', orderday: '2022-10-05', ordered: -1, orders: -1 },
        { itemid: 'c', orderday: '2022-10-05', ordered: 1, orders: 0 },
        { itemid: 'd', orderday: '2022-10-05', ordered: 5, orders: 1 },
      ],
      monthlySales: [
        { itemid: 'a', month: 202210, ordered: -1, orders: -1 },
        { itemid: 'c', month: 202210, ordered: 1, orders: 0 },
        { itemid: 'd', month: 202210, ordered: 5, orders: 1 },
      ],
    });
  });

  test('who holds what: nobody by an order without a customer, nor by one that was cancelled', () => {
    const before = state({ customerid: 'c', items: items(['a', 1], ['b', 2]) });
    const held = (itemid: string) => ({ itemid, customerid: 'c', orderdate: '2022-10-05 10:00:00', orderid: 'o' });
    const changed = differencesOf([{ before, after: state({ customerid: 'c', items: items(['b', 9], ['d', 5]) }) }]);
    expect([changed.moreHeld, changed.goneHeld]).toEqual([[held('d')], [held('a')]]);
    expect(differencesOf([{ before: undefined, after: before }]).newHeld).toEqual([held('a'), held('b')]);
    const cancelled = differencesOf([{ before, after: { ...before, status: 'cancelled' } }]);
    expect([cancelled.moreHeld, cancelled.goneHeld]).toEqual([[], [held('a'), held('b')]]);
  });

  test('an order that moves an item to another day changes the days, not the month or the total', () => {
    const before = state({ items: items(['a', 1]) });
    const { sales, dailySales, monthlySales } = salesOf([{ before, after: { ...before, orderdate: '2022-10-06 00:00:00' } }]); // prettier-ignore
    expect([sales, monthlySales]).toEqual([[], []]);
    expect(dailySales.map(({ orderday, orders }) => [orderday, orders])).toEqual([['2022-10-05', -1], ['2022-10-06', 1]]); // prettier-ignore
  });

  test('an order that moves an item to another month changes both months, not the total', () => {
    const before = state({ items: items(['a', 3]), orderdate: '2022-12-31 23:59:59' });
    const { sales, monthlySales } = salesOf([{ before, after: { ...before, orderdate: '2023-01-01 00:00:00' } }]);
    expect(sales).toEqual([]);
    expect(monthlySales).toEqual([{ itemid: 'a', month: 202212, ordered: -3, orders: -1 }, { itemid: 'a', month: 202301, ordered: 3, orders: 1 }]); // prettier-ignore
  });

  test('days of a month are added up to it, and a month of one item is none of the next', () => {
    const sold = (id: string, day: string, ...sales: [string, number][]) => ({ before: undefined, after: state({ id, orderdate: `${day} 00:00:00`, items: items(...sales) }) }); // prettier-ignore
    const { monthlySales } = salesOf([
      sold('o1', '2022-10-01', ['a', 1], ['b', 2]),
      sold('o2', '2022-10-31', ['a', 4]),
      sold('o3', '2022-09-30', ['b', 8]),
      sold('o4', '0999-01-01', ['b', 16]),
    ]);
    expect(monthlySales).toEqual([
      { itemid: 'a', month: 202210, ordered: 5, orders: 2 },
      { itemid: 'b', month: 99901, ordered: 16, orders: 1 },
      { itemid: 'b', month: 202209, ordered: 8, orders: 1 },
      { itemid: 'b', month: 202210, ordered: 2, orders: 1 },
    ]);
  });

  test(`there and back again is nothing, and the keys are sorted (SEED=${SEED})`, () => {
    const anyItems = fc
      .dictionary(fc.constantFrom('a', 'A', 'b', 'z', '-'), fc.integer({ min: 1, max: 9 }))
      .map((quantities) => Object.entries(quantities).map(([itemid, quantity]) => ({ itemid, quantity })));
    fc.assert(
      fc.property(anyItems, anyItems, (one, other) => {
        const [a, b] = [state({ items: one }), state({ items: other })];
        const there = salesOf([{ before: a, after: b }]).sales;
        const back = salesOf([{ before: b, after: a }]).sales;
        expect(back.map((sale) => ({ ...sale, ordered: 0 - sale.ordered, orders: 0 - sale.orders }))).toEqual(there);
        expect(there.map(({ itemid }) => itemid)).toEqual(there.map(({ itemid }) => itemid).sort());
      }),
      { seed: SEED },
    );
  });
});

describe('afterFailure', () => {
  const failure = (more: object) => Object.assign(new Error('failed'), more);
  const none = { conflicts: 0, losses: 0 };

  test.each([
    ['deadlock', failure({ errno: 1213, sqlState: '40001' }), none, 'again'],
    ['lock wait timeout', failure({ errno: 1205, sqlState: 'HY000' }), none, 'again'],
    ['duplicate key', failure({ errno: 1062, sqlState: '23000' }), none, 'again'],
    ['a deadlock too many', failure({ errno: 1213, sqlState: '40001' }), { conflicts: 8, losses: 0 }, 'throw'],
    ['connection lost', failure({ code: 'PROTOCOL_CONNECTION_LOST', fatal: true }), none, 'again'],
    ['connection lost again', failure({ code: 'ECONNREFUSED', errno: -111 }), { conflicts: 0, losses: 1 }, 'throw'],
    ['still read-only', failure({ errno: 1290, sqlState: 'HY000' }), { conflicts: 0, losses: 1 }, 'throw'],
    ['missing table', failure({ errno: 1146, sqlState: '42S02' }), { conflicts: 0, losses: 1 }, 'throw'],
    ['data too long', failure({ errno: 1406, sqlState: '22001' }), none, 'apart'],
    ['a check, on MySQL', failure({ errno: 3819, sqlState: 'HY000' }), none, 'apart'],
    ['a check, on MariaDB', failure({ errno: 4025, sqlState: '23000' }), none, 'apart'],
    ['an exception', new TypeError('undefined is not a function'), none, 'apart'],
    ['the orders table', new OrdersTableUnavailable('away'), none, 'throw'],
    ['sales that somebody wrote by hand', new UnreadableSales('no list'), none, 'throw'],
  ] as const)('%s', (_, error, failures, verdict) => {
    expect(afterFailure(error, failures)).toBe(verdict);
  });
});
