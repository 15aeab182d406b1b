/** Both reports of sales of which some are booked and some set aside, on a database that answers as the statements would. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mergeItemSales } from '../../../functions/query-item-sales-report/merge';
import { itemsSalesReport } from '../../../functions/query-item-sales-report/query';
import { mergeMonths } from '../../../functions/query-monthly-sales-by-item/merge';
import { monthlySalesByItem } from '../../../functions/query-monthly-sales-by-item/query';
import type { Database, SqlValue } from '../../../functions/shared/database';
import { answering } from '../../../functions/shared/query';
import { allPages, anyAdditions, ITEMS, ordersOf, rowsOf, type SalesRows } from '../../support/additions';
import { readSeed } from '../../support/random';
import { expectedItemSales, expectedMonthlySales } from '../../support/sales';

const SEED = readSeed();

type Select = (values: readonly SqlValue[]) => object[];

function databaseOf(select: Select): Database {
  const sql = {
    select: <Row extends object>(_: string, values: readonly SqlValue[] = []) =>
      Promise.resolve(select(values) as Row[]),
    run: () => Promise.resolve(0),
  };
  return {
    read: (work) => work(sql),
    snapshot: (work) => work(sql),
    transaction: () => Promise.reject(new Error('A query writes nothing')),
    close: () => Promise.resolve(),
  };
}

/** What is not booked comes first, and pages come backwards: no server promises an order of a UNION ALL's rows. */
const itemsSelect =
  ({ itemSales, dailyItemSales, unbooked }: SalesRows): Select =>
  ([position, limit]) => [
    ...unbooked.map((sales) => ({ itemid: null, totalordered: null, lastorderdate: null, unbooked: sales })),
    ...itemSales
      .filter(([itemid]) => itemid > String(position))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, Number(limit))
      .map(([itemid, totalordered]) => {
        const days = dailyItemSales.filter(([its]) => its === itemid).map(([, day]) => day);
        return { itemid, totalordered, lastorderdate: days.sort().at(-1), unbooked: null };
      })
      .reverse(),
  ];

/** Of the first part of the statement, where the sums by month are complete. */
const ofMonths = ({ monthlyItemSales }: SalesRows, [itemid, before]: readonly SqlValue[]): [number, number][] =>
  monthlyItemSales
    .filter(([its, month]) => its === itemid && month < Number(before))
    .map(([, month, ordered]) => [month, ordered]);

/** Of the second, where they are not. */
function ofDays({ dailyItemSales }: SalesRows, [, , , itemid, before]: readonly SqlValue[]): [number, number][] {
  const months = new Map<number, number>();
  for (const [its, day, ordered] of dailyItemSales) {
    const month = Number(day.slice(0, 7).replace('-', ''));
    if (its === itemid && (before === null || day < String(before)))
      months.set(month, (months.get(month) ?? 0) + ordered);
  }
  return [...months];
}

const monthsSelect =
  (rows: SalesRows, areMonthsComplete: boolean): Select =>
  (values) => {
    const named = values.at(-1);
    const limit = values[areMonthsComplete ? 2 : 6];
    return [
      ...rows.unbooked
        .filter((sales) => sales.includes(String(named)))
        .map((sales) => ({ month: null, ordered: null, unbooked: sales })),
      ...(areMonthsComplete ? ofMonths(rows, values) : ofDays(rows, values))
        .sort(([a], [b]) => b - a)
        .slice(0, Number(limit))
        .map(([month, ordered]) => ({ month, ordered, unbooked: null }))
        .reverse(),
    ];
  };

test(`itemsSalesReport tells the same, whatever is set aside and however long a page is (SEED=${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(anyAdditions, async (additions) => {
      const database = databaseOf(itemsSelect(rowsOf(additions)));
      const expected = expectedItemSales(ordersOf(additions));
      for (let limit = 1; limit <= expected.length + 1; limit += 1)
        expect(await allPages(answering(itemsSalesReport), database, {}, limit)).toEqual(expected);
    }),
    { seed: SEED },
  );
});

test(`monthlySalesByItem tells the same, whatever is set aside and however long a page is (SEED=${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(anyAdditions, fc.constantFrom(...ITEMS), fc.boolean(), async (additions, itemid, areComplete) => {
      const database = databaseOf(monthsSelect(rowsOf(additions), areComplete));
      const expected = expectedMonthlySales(ordersOf(additions), itemid);
      for (let limit = 1; limit <= expected.length + 1; limit += 1)
        expect(await allPages(answering(monthlySalesByItem), database, { itemid }, limit)).toEqual(expected);
    }),
    { seed: SEED },
  );
});

test('what stands behind a page of booked rows is left to the next one: more of it may be booked', () => {
  const rows = ['a', 'b'].map((itemid) => ({ itemid, totalordered: 1, lastorderdate: '2022-10-13' }));
  const unbooked = [['c', '2022-10-13', 1, 1]] as const;
  expect(mergeItemSales({ booked: rows, unbooked }, '', 2)).toEqual(rows);

  const months = [202212, 202211].map((month) => ({ month, ordered: 1 }));
  expect(mergeMonths({ booked: months, unbooked }, { itemid: 'c', limit: 2 })).toEqual(months);
});
