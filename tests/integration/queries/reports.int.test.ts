/** Both report queries on a real database, from summaries written by hand: what the projection makes of orders is tested beside it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { itemsSalesReport } from '../../../functions/query-item-sales-report/query';
import { monthlySalesByItem } from '../../../functions/query-monthly-sales-by-item/query';
import type { Database, SqlValue } from '../../../functions/shared/database';
import { answer, answering } from '../../../functions/shared/query';
import { writeUnbooked, type UnbookedSale } from '../../../functions/shared/unbooked-sales';
import { allPages, anyAdditions, ITEMS, ordersOf, rowsOf } from '../../support/additions';
import { readDoc } from '../../support/docs';
import { createTestDatabase, emptyTables, type TestDatabase } from '../../support/database';
import { readSeed } from '../../support/random';
import { expectedItemSales, expectedMonthlySales } from '../../support/sales';

const SEED = readSeed();

let own: TestDatabase;
let database: Database;

beforeAll(async () => {
  own = await createTestDatabase();
  database = own.connect();
});
afterAll(() => own.drop());
beforeEach(() => emptyTables(database));

const insert = (table: string, rows: SqlValue[][]): Promise<number> =>
  database.read((sql) => sql.run(`INSERT INTO ${table} VALUES ?`, [rows]));

/** Sets sales aside, a row a batch. */
const setAside = (...batches: UnbookedSale[][]): Promise<number> =>
  database.read((sql) =>
    sql.run('INSERT INTO unbooked_sales (sales) VALUES ?', [batches.map((sales) => [writeUnbooked(sales)])]),
  );

/** What the connection has counted so far, added up. */
async function counted(...variables: string[]): Promise<number> {
  const rows = await database.read((sql) =>
    sql.select<{ Value: string }>('SHOW SESSION STATUS WHERE Variable_name IN (?)', [variables]),
  );
  return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
}

/** Entries of indexes that the connection has gone on to, from one to the next. */
const entriesRead = (): Promise<number> => counted('Handler_read_next', 'Handler_read_prev');

const daysFrom2022 = (length: number): string[] =>
  Array.from({ length }, (_, n) => new Date(Date.UTC(2022, 0, n + 1)).toISOString().slice(0, 10));

describe('itemsSalesReport', () => {
  test('is empty where nothing was ordered', async () => {
    expect(await answer(itemsSalesReport, database, { query: 'itemsSalesReport' })).toEqual({
      queryStatus: 200,
      queryResult: [],
    });
  });

  test('tells totals and the day of the latest active order, by item, byte by byte', async () => {
    await insert('item_sales', [
      ['z3333', 8, 2],
      ['Z3333', 1, 1],
      ['z10', 3, 1],
    ]);
    await insert('daily_item_sales', [
      ['z3333', '2022-10-13', 6, 1],
      ['z3333', '2022-11-14', 2, 1],
      ['z3333', '2022-12-24', 0, 0], // an order of this day was cancelled
      ['Z3333', '9999-12-31', 1, 1],
      ['z10', '1970-01-01', 3, 1],
    ]);
    expect(await answer(itemsSalesReport, database, {})).toEqual({
      queryStatus: 200,
      queryResult: [
        { itemid: 'Z3333', totalordered: 1, lastorderdate: '9999-12-31' },
        { itemid: 'z10', totalordered: 3, lastorderdate: '1970-01-01' },
        { itemid: 'z3333', totalordered: 8, lastorderdate: '2022-11-14' },
      ],
    });
  });

  test('reads only the end of the days of an item, however many it has', async () => {
    const days = daysFrom2022(500);
    await insert('item_sales', [['z3333', 500, 500]]);
    await insert('daily_item_sales', days.map((day) => ['z3333', day, 1, 1])); // prettier-ignore
    const before = await entriesRead();
    expect(await answer(itemsSalesReport, database, {})).toMatchObject({
      queryResult: [{ lastorderdate: days.at(-1) }],
    });
    expect((await entriesRead()) - before).toBeLessThan(10);
  });

  test('leaves out items whose orders are all cancelled', async () => {
    await insert('item_sales', [['z3333', 0, 0]]);
    await insert('daily_item_sales', [['z3333', '2022-10-13', 0, 0]]);
    expect(await answer(itemsSalesReport, database, {})).toMatchObject({ queryResult: [] });
  });

  test('pages over items while others arrive, and tells every item that was there once', async () => {
    const ids = Array.from({ length: 25 }, (_, index) => `item-${String(index).padStart(2, '0')}`);
    await insert(
      'item_sales',
      ids.map((id) => [id, 1, 1]),
    );
    await insert(
      'daily_item_sales',
      ids.map((id) => [id, '2022-10-13', 1, 1]),
    );
    const seen: string[] = [];
    let detail: { limit: number; nextToken?: string } = { limit: 10 };
    for (;;) {
      const reply = await answer(itemsSalesReport, database, detail);
      if (reply.queryStatus !== 200) throw new Error(JSON.stringify(reply));
      seen.push(...reply.queryResult.map(({ itemid }) => itemid));
      await insert('item_sales', [
        [`item-${String(seen.length - 1).padStart(2, '0')}-new`, 1, 1],
        [`aaa-${seen.length}`, 1, 1],
      ]);
      if (reply.nextToken === undefined) break;
      detail = { limit: 10, nextToken: reply.nextToken };
    }
    expect(seen.filter((id) => !id.endsWith('-new'))).toEqual(ids);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('says totals that no single order could hold', async () => {
    await insert('item_sales', [['z3333', 9_007_199_254_740_991, 90_071_993]]);
    await insert('daily_item_sales', [['z3333', '2022-10-13', 9_007_199_254_740_991, 90_071_993]]);
    expect(await answer(itemsSalesReport, database, {})).toMatchObject({
      queryResult: [{ totalordered: 9_007_199_254_740_991 }],
    });
  });

  test('adds what is set aside: to totals, days, and items that nothing else is booked of', async () => {
    await insert('item_sales', [
      ['z3333', 9_007_199_254_740_000, 2],
      ['z4444', 3, 1],
      ['z5555', 0, 0], // all its orders were cancelled
    ]);
    await insert('daily_item_sales', [
      ['z3333', '2022-10-13', 9_007_199_254_740_000, 2],
      ['z4444', '2022-11-14', 3, 1],
      ['z5555', '2022-12-24', 0, 0],
    ]);
    await setAside(
      [
        ['z3333', '2022-10-14', 990, 2],
        ['z4444', '2022-11-13', 4, 1],
        ['Z3333', '9999-12-31', 9_007_199_254_740_991, 1],
      ],
      [
        ['z3333', '2022-10-12', 1, 1],
        ['z5555', '2022-10-12', 5, 1],
      ],
    );
    expect(await answer(itemsSalesReport, database, {})).toEqual({
      queryStatus: 200,
      queryResult: [
        { itemid: 'Z3333', totalordered: 9_007_199_254_740_991, lastorderdate: '9999-12-31' },
        { itemid: 'z3333', totalordered: 9_007_199_254_740_991, lastorderdate: '2022-10-14' },
        { itemid: 'z4444', totalordered: 7, lastorderdate: '2022-11-14' },
        { itemid: 'z5555', totalordered: 5, lastorderdate: '2022-10-12' },
      ],
    });
  });
});

const incomplete = async (): Promise<void> => {
  await database.read((sql) => sql.run('DELETE FROM complete_summaries'));
};
const complete = async (): Promise<void> => {
  await database.read((sql) => sql.run("INSERT INTO complete_summaries VALUES ('monthly_item_sales')"));
};

/** Sums by month of the days that are there. */
const OF_DAYS = `SELECT itemid, EXTRACT(YEAR_MONTH FROM orderday), SUM(ordered), SUM(orders) FROM daily_item_sales GROUP BY 1, 2`;

/** As a projector books them that began with this table, and one that was replaced yesterday. */
const SUMS_BY_MONTH = [
  ['complete', complete, OF_DAYS],
  ['not complete', incomplete, `SELECT itemid, EXTRACT(YEAR_MONTH FROM orderday), 1, 1 FROM daily_item_sales GROUP BY 1, 2`],
] as const; // prettier-ignore

describe.each(SUMS_BY_MONTH)('monthlySalesByItem where sums by month are %s', (_, mark, months) => {
  beforeAll(incomplete);
  beforeAll(mark);
  afterAll(incomplete);
  afterAll(complete);

  /** Sales by day, and what is there by month. */
  async function insertDays(rows: SqlValue[][]): Promise<void> {
    await insert('daily_item_sales', rows);
    await database.read((sql) => sql.run(`INSERT INTO monthly_item_sales ${months}`));
  }

  test('sums the days of a month, newest month first, of that item alone', async () => {
    await insertDays([
      ['z3333', '2022-10-01', 6, 1],
      ['z3333', '2022-10-31', 2, 1],
      ['z3333', '2022-11-01', 5, 2],
      ['z3333', '2021-12-31', 1, 1],
      ['z3333', '2022-09-15', 0, 0], // all of that month was cancelled
      ['Z3333', '2022-10-13', 100, 1],
    ]);
    expect(await answer(monthlySalesByItem, database, { itemid: 'z3333' })).toEqual({
      queryStatus: 200,
      queryResult: [
        { monthyear: 'November 2022', monthlyordered: 5 },
        { monthyear: 'October 2022', monthlyordered: 8 },
        { monthyear: 'December 2021', monthlyordered: 1 },
      ],
    });
  });

  test('of an unknown item is empty, and no error', async () => {
    expect(await answer(monthlySalesByItem, database, { itemid: 'nothing' })).toEqual({
      queryStatus: 200,
      queryResult: [],
    });
  });

  test('pages over months, and its token serves this item alone', async () => {
    await insertDays(
      ['2022-10-13', '2022-10-14', '2022-11-01', '2022-12-31', '1970-01-01'].map((day) => ['z3333', day, 1, 1]),
    );
    const first = await answer(monthlySalesByItem, database, { itemid: 'z3333', limit: 3 });
    if (first.queryStatus !== 200) throw new Error(JSON.stringify(first));
    expect(first.queryResult.map(({ monthyear }) => monthyear)).toEqual([
      'December 2022',
      'November 2022',
      'October 2022',
    ]);
    expect(await answer(monthlySalesByItem, database, { itemid: 'z3333', nextToken: first.nextToken })).toEqual({
      queryStatus: 200,
      queryResult: [{ monthyear: 'January 1970', monthlyordered: 1 }],
    });
    expect(await answer(monthlySalesByItem, database, { itemid: 'z4444', nextToken: first.nextToken })).toMatchObject({
      queryStatus: 400,
    });
  });

  test('adds what is set aside of that item alone: to months, and as months', async () => {
    await insertDays([
      ['z3333', '2022-10-01', 9_007_199_254_740_000, 1],
      ['z3333', '2022-11-01', 0, 0], // all of that month was cancelled
    ]);
    await setAside(
      [
        ['z3333', '2022-10-31', 990, 2],
        ['z33', '2022-10-31', 100, 1],
        ['Z3333', '2022-10-31', 100, 1],
      ],
      [
        ['z3333', '2022-10-01', 1, 1],
        ['z3333', '2022-11-01', 5, 1],
        ['z3333', '1970-01-01', 9_007_199_254_740_991, 1],
      ],
    );
    expect(await answer(monthlySalesByItem, database, { itemid: 'z3333' })).toEqual({
      queryStatus: 200,
      queryResult: [
        { monthyear: 'November 2022', monthlyordered: 5 },
        { monthyear: 'October 2022', monthlyordered: 9_007_199_254_740_991 },
        { monthyear: 'January 1970', monthlyordered: 9_007_199_254_740_991 },
      ],
    });
  });

  test('is sent no row that is set aside of other items', async () => {
    const others = ['z33330', 'Z3333', '2022-10-13'].map((itemid): UnbookedSale => [itemid, '2022-10-13', 1, 1]);
    await setAside([['z3333', '2022-10-13', 1, 1]], ...Array.from({ length: 50 }, () => others));
    const before = await counted('Bytes_sent');
    expect(await answer(monthlySalesByItem, database, { itemid: 'z3333' })).toMatchObject({
      queryResult: [{ monthlyordered: 1 }],
    });
    expect((await counted('Bytes_sent')) - before).toBeLessThan(50 * writeUnbooked(others).length);
  });

  test.each([
    [{}, 'itemid must be a string of 1 to 64 characters of A-Z a-z 0-9 . _ : -'],
    [{ itemid: 7 }, 'itemid must be a string of 1 to 64 characters of A-Z a-z 0-9 . _ : -'],
    [{ itemid: `z' OR '1'='1` }, 'itemid must be a string of 1 to 64 characters of A-Z a-z 0-9 . _ : -'],
    [{ itemid: 'z'.repeat(65) }, 'itemid must be a string of 1 to 64 characters of A-Z a-z 0-9 . _ : -'],
    [{ itemid: 'z3333\n' }, 'itemid must be a string of 1 to 64 characters of A-Z a-z 0-9 . _ : -'],
  ])('refuses %p: %s', async (detail, message) => {
    expect(await answer(monthlySalesByItem, database, detail)).toEqual({
      queryStatus: 400,
      queryResult: [],
      errors: [{ code: 'invalidQuery', path: 'itemid', message }],
    });
  });
});

describe('of days and months, monthlySalesByItem reads the one that it tells', () => {
  /** An item's days and months, among those of others: both parts of the statement would find a lot. */
  async function insertBoth(days: number, months: number): Promise<void> {
    const ofAll = (parts: readonly SqlValue[]): SqlValue[][] =>
      ['z2222', 'z3333', 'z4444'].flatMap((itemid) => parts.map((part) => [itemid, part, 1, 1]));
    await insert('daily_item_sales', ofAll(daysFrom2022(days)));
    await insert('monthly_item_sales', ofAll(Array.from({ length: months }, (_, n) => 100 * (1000 + n) + 1)));
  }

  async function entriesReadFor(itemid: string): Promise<number> {
    const before = await entriesRead();
    expect(await answer(monthlySalesByItem, database, { itemid })).toMatchObject({ queryResult: [{}] });
    return (await entriesRead()) - before;
  }

  test('no day where sums by month are complete, however many there are', async () => {
    await insertBoth(2_000, 1);
    expect(await entriesReadFor('z3333')).toBeLessThan(10);
  });

  test('no month where they are not, however many there are', async () => {
    await insertBoth(1, 2_000);
    await incomplete();
    const read = await entriesReadFor('z3333').finally(complete);
    expect(read).toBeLessThan(10);
  });
});

describe('sales of which some are set aside', () => {
  test(`both reports tell the same, whatever is set aside and however long a page is (SEED=${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(anyAdditions, fc.constantFrom(1, 2, 3, 5, 100), async (additions, limit) => {
        await emptyTables(database);
        const { itemSales, dailyItemSales, monthlyItemSales, unbooked } = rowsOf(additions);
        if (itemSales.length > 0) await insert('item_sales', itemSales);
        if (dailyItemSales.length > 0) await insert('daily_item_sales', dailyItemSales);
        if (monthlyItemSales.length > 0) await insert('monthly_item_sales', monthlyItemSales);
        for (const sales of unbooked)
          await database.read((sql) => sql.run('INSERT INTO unbooked_sales (sales) VALUES (?)', [sales]));
        const orders = ordersOf(additions);
        expect(await allPages(answering(itemsSalesReport), database, {}, limit)).toEqual(expectedItemSales(orders));
        for (const itemid of ITEMS) {
          expect(await allPages(answering(monthlySalesByItem), database, { itemid }, limit)).toEqual(
            expectedMonthlySales(orders, itemid),
          );
        }
      }),
      { seed: SEED, numRuns: 25 },
    );
  });

  test('SQL of one’s own finds all of it as docs/architecture.md says', async () => {
    await insert('daily_item_sales', [
      ['z3333', '2022-10-13', 3, 2],
      ['z3333', '2022-11-13', 0, 0],
    ]);
    await setAside([['z3333', '2022-10-13', 1, 1], ['Z3333', '2022-10-13', 5, 1]], [['z3333', '2022-10-13', 2, 1]]); // prettier-ignore
    const statement = /```sql\n(SELECT [^`]+)\n```/.exec(readDoc('docs/architecture.md'))?.[1] ?? '';
    const rows = await database.read((sql) => sql.select<Record<string, unknown>>(`${statement} ORDER BY itemid`));
    expect(rows.map(({ itemid, orderday, ordered, orders }) => [itemid, orderday, Number(ordered), Number(orders)])).toEqual([
      ['Z3333', '2022-10-13', 5, 1],
      ['z3333', '2022-10-13', 6, 4],
    ]); // prettier-ignore
  });
});
