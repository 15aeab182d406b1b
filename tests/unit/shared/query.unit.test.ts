import { describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import type { Database, Sql } from '../../../functions/shared/database';
import { writeToken } from '../../../functions/shared/page-token';
import { answer, answering, type Query } from '../../../functions/shared/query';
import { queryNamed, refuseUnknown } from '../../../functions/shared/query-handler';

const noSql: Sql = { select: () => Promise.resolve([]), run: () => Promise.resolve(0) };
const database: Database = {
  read: (work) => work(noSql),
  snapshot: (work) => work(noSql),
  transaction: (work) =>
    work({ ...noSql, queue: () => Promise.resolve(), selectBoth: () => Promise.resolve([[], []]) }),
  close: () => Promise.resolve(),
};

const fields = { word: v.string('must be a string') };

/** Numbers from 1 to `total`, each row with `padding` bytes of text. */
const counting = (total: number, padding = 0): Query<typeof fields, { n: number; text: string }> => ({
  name: 'counting',
  fields,
  position: v.pipe(v.string(), v.digits()),
  rows: (_sql, _input, limit, after = '0') => {
    const first = Number(after) + 1;
    const count = Math.max(0, Math.min(limit, total - first + 1));
    return Promise.resolve(
      Array.from({ length: count }, (_, index) => ({
        row: { n: first + index, text: 'x'.repeat(padding) },
        position: String(first + index),
      })),
    );
  },
});

/** Every page from the first to the last. */
async function allPages(query: Query<typeof fields, { n: number }>, detail: object): Promise<number[][]> {
  const pages: number[][] = [];
  let nextToken: string | undefined;
  do {
    const reply = await answer(query, database, {
      word: 'w',
      ...detail,
      ...(nextToken !== undefined && { nextToken }),
    });
    if (reply.queryStatus !== 200) throw new Error(JSON.stringify(reply));
    pages.push(reply.queryResult.map(({ n }) => n));
    nextToken = reply.nextToken;
  } while (nextToken !== undefined);
  return pages;
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('the pages of a query', () => {
  test('hold 100 rows where no limit is given', async () => {
    expect(await allPages(counting(250), {})).toEqual([numbers(1, 100), numbers(101, 200), numbers(201, 250)]);
  });

  test('end without a token when the last page is just full', async () => {
    expect(await allPages(counting(6), { limit: 3 })).toEqual([numbers(1, 3), numbers(4, 6)]);
  });

  test('of no rows are one empty page', async () => {
    expect(await allPages(counting(0), {})).toEqual([[]]);
  });

  test('end before 150 KB, and lose no row by it', async () => {
    const pages = await allPages(counting(40, 10_000), { limit: 500 });
    expect(pages.map((page) => page.length)).toEqual([14, 14, 12]);
    expect(pages.flat()).toEqual(numbers(1, 40));
  });

  test('move on even where a single row is larger than a page', async () => {
    expect(await allPages(counting(2, 200_000), {})).toEqual([[1], [2]]);
  });
});

describe('a query that is at fault', () => {
  const refusal = async (detail: unknown): Promise<string[]> => {
    const reply = await answer(counting(3), database, detail);
    expect(reply).toMatchObject({ queryStatus: 400, queryResult: [] });
    return reply.queryStatus === 400
      ? reply.errors.map(({ code, path, message }) => `${code} ${path}: ${message}`)
      : [];
  };

  test('is told every fault at once', async () => {
    expect(await refusal({ limit: 'all', nextToken: 7 })).toEqual([
      'invalidQuery word: word must be a string',
      'invalidQuery limit: limit must be a whole number from 1 to 500',
      'invalidQuery nextToken: nextToken must be the nextToken of an answer to this query',
    ]);
  });

  test.each([0, -1, 501, 1.5, 1e300])('may not ask for %p rows', async (limit) => {
    expect(await refusal({ word: 'w', limit })).toContain(
      'invalidQuery limit: limit must be a whole number from 1 to 500',
    );
  });

  test.each([{ limit: null }, { limit: '5' }, { limit: NaN }])('may not ask for %p rows', async (part) => {
    expect(await refusal({ word: 'w', ...part })).toEqual([
      'invalidQuery limit: limit must be a whole number from 1 to 500',
    ]);
  });

  test('may not bring a token of its own making', async () => {
    expect(await refusal({ word: 'w', nextToken: 'made-up' })).toEqual([
      'invalidQuery nextToken: nextToken must be the nextToken of an answer to this query',
    ]);
  });

  test('may not bring a token whose position is none of its rows', async () => {
    const forged = writeToken(['counting', { word: 'w' }], "1' OR '1'='1");
    expect(await refusal({ word: 'w', nextToken: forged })).toHaveLength(1);
  });

  test('may not bring the token of another one', async () => {
    const first = await answer(counting(3), database, { word: 'this', limit: 1 });
    if (first.queryStatus !== 200 || first.nextToken === undefined) throw new Error('no token to try');
    expect(await refusal({ word: 'that', nextToken: first.nextToken })).toHaveLength(1);
  });

  test('is told once about a limit with two faults', async () => {
    expect(await refusal({ word: 'w', limit: -1.5 })).toHaveLength(1);
  });
});

describe('after', () => {
  /** A read model in which everything has this version. */
  const at = (version: number): Database => {
    const sql: Sql = { ...noSql, select: <Row extends object>() => Promise.resolve([{ version }] as unknown as Row[]) };
    return { ...database, snapshot: (work) => work(sql) };
  };
  const ask = (model: Database, after: unknown) => answer(counting(1), model, { word: 'w', after });

  test('that is there leaves the answer as it is', async () => {
    expect(await ask(at(3), { orderId: 'o', version: 3 })).not.toHaveProperty('stale');
  });

  test('that is not there yet makes it stale', async () => {
    expect(await ask(at(2), { itemid: 'z', version: 3 })).toMatchObject({ queryStatus: 200, stale: true });
    expect(await ask(database, { customerId: 'c', version: 1 })).toMatchObject({ queryStatus: 200, stale: true });
  });

  test.each([
    ['o@3', 'after must be an object of a version and an orderId, a customerId or an itemid'],
    [{ version: 1 }, 'after must name one of orderId, customerId and itemid'],
    [{ version: 1, orderId: 'o', itemid: 'z' }, 'after must name one of orderId, customerId and itemid'],
    [{ orderId: 'o' }, 'after.version is missing'],
    [{ orderId: 'o', version: 0 }, 'after.version must be a whole number from 1 to 1000000000'],
    [{ orderId: 'o', version: '1' }, 'after.version must be a number'],
    [{ orderId: 'a b', version: 1 }, 'after.orderId must be a string of 1 to 64 characters of A-Z a-z 0-9 . _ : -'],
  ])('%j is refused: %s', async (after, message) => {
    expect(await ask(at(1), after)).toMatchObject({ queryStatus: 400, errors: [{ code: 'invalidQuery', message }] });
  });
});

describe('queries among others', () => {
  const queries = [answering(counting(0)), answering({ ...counting(0), name: 'single', statusOfNone: 404 as const })];

  test('are found by their names', async () => {
    const single = queryNamed(queries, { query: 'single' });
    expect(await single?.answer(database, { word: 'w' })).toEqual({ queryStatus: 404, queryResult: [] });
    expect(await queryNamed(queries, { query: 'counting' })?.answer(database, { word: 'w' })).toMatchObject({ queryStatus: 200 }); // prettier-ignore
  });

  test.each([{ query: 'Single' }, { query: 7 }, {}, 'single', null])('%j is none of them', (detail) => {
    expect(queryNamed(queries, detail)).toBeUndefined();
  });

  test('a refusal names all that are known', () => {
    expect(refuseUnknown(['one', 'two'])).toEqual({
      queryStatus: 400,
      queryResult: [],
      errors: [{ code: 'unknownQuery', path: 'query', message: 'query must be one that is known: one, two' }],
    });
  });
});
