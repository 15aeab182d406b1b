/** Steps of a rebuild without a database: what is carried over before the swap, how long tables in use are waited for, how long pages are done. */
import { describe, expect, test } from '@jest/globals';
import type { Dependencies } from '../../../functions/rebuild-read-model/deps';
import { fill, PAGES, WORKING_MS } from '../../../functions/rebuild-read-model/fill';
import { parseRequest } from '../../../functions/rebuild-read-model/request';
import { swap } from '../../../functions/rebuild-read-model/swap';
import { statusOf, WAIT_SECONDS } from '../../../functions/rebuild-read-model/status';
import type { Database, Sql, TransactionSql } from '../../../functions/shared/database';
import { parseMachine, readDefinition } from '../../support/asl-definition';
import { MemoryOrdersTable } from '../../support/stream';

const ROW = { run: 'one', state: 'filling', expected: 10, itemsBefore: 0, seconds: 1 };

/** A database that answers what is asked of the rebuild, and keeps what is done; `fail` may refuse it. */
function recording(
  done: string[],
  fail: (statement: string) => Error | undefined = () => undefined,
  otherLives: readonly string[] = [],
): Database {
  const answers: readonly [RegExp, object[]][] = [
    [/FROM rebuild WHERE/, [ROW]],
    [/GET_LOCK/, [{ held: 1 }]],
    [/^SELECT new.orderid/, otherLives.map((id) => ({ id }))],
    [/rebuild_segments/, [{ segment: 0, position: null, items: 0, done: 0 }]],
  ];
  const sql: Sql = {
    select: <Row extends object>(statement: string) =>
      Promise.resolve((answers.find(([pattern]) => pattern.test(statement))?.[1] ?? []) as Row[]),
    run: (statement) => {
      done.push(statement.replace(/\s+/g, ' '));
      const error = fail(statement);
      return error === undefined ? Promise.resolve(1) : Promise.reject(error);
    },
  };
  const transactionSql: TransactionSql = {
    ...sql,
    selectBoth: async (first, second) => [await sql.select(...first), await sql.select(...second)],
    queue: async (...bound: Parameters<Sql['run']>) => {
      await sql.run(...bound);
    },
  };
  return {
    read: (work) => work(sql),
    snapshot: (work) => work(sql),
    transaction: (work) => work(transactionSql),
    close: () => Promise.resolve(),
  };
}

function depsWith(live: Database, more: Partial<Dependencies> = {}): Dependencies {
  return {
    names: { live: 'model', copy: 'model_next' },
    live,
    lock: recording([]),
    copy: recording([]),
    ordersTable: new MemoryOrdersTable(),
    scan: () => Promise.reject(new Error('not asked for')),
    atOnce: 1,
    now: () => 0,
    random: () => 0,
    sleep: () => Promise.resolve(),
    ...more,
  };
}

const inUse = (statement: string): Error | undefined =>
  statement.startsWith('RENAME') ? Object.assign(new Error('in use'), { errno: 1205 }) : undefined;

describe('swap', () => {
  test('carries the tombstones of every kind over, and then renames all tables at once', async () => {
    const done: string[] = [];
    await swap(depsWith(recording(done)), 'one');
    const [orders, items, customers, rename, ...others] = done.filter((one) => /INSERT|RENAME/.test(one));
    for (const [statement, table] of [
      [orders, 'orders'],
      [items, 'items'],
      [customers, 'customers'],
    ])
      expect(statement).toContain(`INSERT INTO model_next.${table} SELECT * FROM ${table} old WHERE old.status = 'deleted'`); // prettier-ignore
    expect(rename).toMatch(/^RENAME TABLE model\.orders TO model_next\.orders_old, model_next\.orders TO model\.orders, /); // prettier-ignore
    expect(others).toEqual([]);
  });

  test('takes the keys from orders that were other lives before, and just from those', async () => {
    const ids = Array.from({ length: 10_001 }, (_, n) => `o${n}`);
    const bound: unknown[] = [];
    const done: string[] = [];
    const live = recording(done, () => undefined, ids);
    const keeping: Database = { ...live, read: (work) => live.read((sql) => work({ ...sql, run: (statement, values) => ((bound.push(...(statement.includes('NULL WHERE') ? [values] : []))), sql.run(statement, values)) })) }; // prettier-ignore
    await swap(depsWith(keeping), 'one');
    expect(bound).toEqual([[ids.slice(0, 10_000)], [['o10000']]]);
    const kinds = done.flatMap((one) => /^(INSERT|UPDATE|RENAME)/.exec(one)?.[1] ?? []);
    expect(kinds).toEqual(['INSERT', 'INSERT', 'INSERT', 'UPDATE', 'UPDATE', 'RENAME']);
  });

  test('lets those behind it go first and tries again, while the tables are in use', async () => {
    const done: string[] = [];
    const renames = () => done.filter((one) => one.startsWith('RENAME'));
    const fail = (statement: string) => (renames().length < 3 ? inUse(statement) : undefined);
    await swap(depsWith(recording(done, fail)), 'one');
    expect(renames()).toHaveLength(3);
  });

  test('gives up where they always are', async () => {
    await expect(swap(depsWith(recording([], inUse)), 'one')).rejects.toThrow('The tables were in use, 12 times');
  });

  test('another failure is told as it is', async () => {
    const denied = (statement: string) => (statement.startsWith('RENAME') ? Object.assign(new Error('denied'), { errno: 1142 }) : undefined); // prettier-ignore
    await expect(swap(depsWith(recording([], denied)), 'one')).rejects.toThrow('denied');
  });

  test('of a run that is over does nothing', async () => {
    const done: string[] = [];
    await expect(swap(depsWith(recording(done)), 'two')).rejects.toThrow('The rebuild two was cancelled');
    expect(done.filter((one) => /RENAME|INSERT/.test(one))).toEqual([]);
  });
});

test('pages are done for a minute, and the rest is left for the next invocation', async () => {
  let [now, pages] = [0, 0];
  const scan = () => ((pages += 1), (now += WORKING_MS / 4), Promise.resolve({ items: [], next: 'order#a' })); // prettier-ignore
  const filled = await fill(depsWith(recording([]), { scan, now: () => now }), 'one', 0);
  expect(filled).toEqual({ segment: 0, items: 0, done: false });
  expect(pages).toBe(4);
});

test('pages are added up until there are enough items for a transaction, or the time is over', async () => {
  let [now, pages] = [0, 0];
  const scan = () => ((pages += 1), (now += WORKING_MS / 4), Promise.resolve({ items: [], next: 'order#a' })); // prettier-ignore
  await fill(depsWith(recording([]), { scan, atOnce: 100, now: () => now }), 'one', 0);
  expect(pages).toBe(4);
  const more: (string | null)[] = [];
  const paged = ({ after }: { after: string | null }) => {
    more.push(after);
    return Promise.resolve({ items: [{ pk: { S: `order#${more.length}` } }], next: `order#${more.length}` });
  };
  const copy = recording([]);
  const failing: Database = { ...copy, transaction: () => Promise.reject(new Error('enough')) };
  await expect(fill(depsWith(recording([]), { scan: paged, atOnce: 3, copy: failing }), 'one', 0)).rejects.toThrow();
  expect(more).toEqual([null, 'order#1', 'order#2']);
});

test('of large items, a transaction has as many pages as memory holds', async () => {
  let pages = 0;
  const scan = () => ((pages += 1), Promise.resolve({ items: [{ pk: { S: `order#${pages}` } }], next: `order#${pages}` })); // prettier-ignore
  const failing: Database = { ...recording([]), transaction: () => Promise.reject(new Error('enough')) };
  await expect(fill(depsWith(recording([]), { scan, atOnce: 100, copy: failing }), 'one', 0)).rejects.toThrow('enough');
  expect(pages).toBe(PAGES);
});

describe('status', () => {
  const segments = [
    { segment: 0, position: null, items: 300, done: 1 },
    { segment: 1, position: 'order#m', items: 100, done: 0 },
  ] as const;

  test('counts from the end of the state machine’s waiting', () => {
    expect(parseMachine(readDefinition('rebuild-read-model')).States['Wait for Projectors']).toMatchObject({ Seconds: WAIT_SECONDS }); // prettier-ignore
    const row = { run: 'one', state: 'filling', expected: 1_000, itemsBefore: 0, seconds: WAIT_SECONDS } as const;
    expect(statusOf(row, segments)).not.toHaveProperty('itemsPerSecond');
  });

  test('tells the rate since it last went on, and the time left', () => {
    const row = { run: 'one', state: 'filling', expected: 1_000, itemsBefore: 200, seconds: WAIT_SECONDS + 4 } as const;
    expect(statusOf(row, segments)).toEqual({ state: 'filling', run: 'one', segments: 2, segmentsDone: 1, items: 400, expected: 1_000, itemsPerSecond: 50, secondsLeft: 12 }); // prettier-ignore
  });

  test('tells no time where nothing was done yet, and none below zero', () => {
    const row = { run: 'one', state: 'filling', expected: 350, itemsBefore: 400, seconds: WAIT_SECONDS + 4 } as const;
    expect(statusOf(row, segments)).not.toHaveProperty('secondsLeft');
    expect(statusOf({ ...row, itemsBefore: 0 }, segments)).toMatchObject({ secondsLeft: 0 });
  });
});

test.each([
  [{ step: 'prepare', run: 'one', segments: 41 }, 'segments'],
  [{ step: 'fill', run: 'a b', segment: 0 }, 'run: must be the name of an execution'],
  [{ step: 'drop' }, 'step'],
  [{ step: 'swap', run: 'one', more: 1 }, 'more'],
  [undefined, 'the request'],
])('the request %j is refused', (request, words) => {
  expect(() => parseRequest(request)).toThrow(words);
});
