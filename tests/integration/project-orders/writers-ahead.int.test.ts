/** Several writers that go ahead at once, and who books what they set aside. */
import { describe, expect, test } from '@jest/globals';
import type { Ahead } from '../../../functions/project-orders/ahead';
import type { Dependencies } from '../../../functions/project-orders/project-records';
import type { Database } from '../../../functions/shared/database';
import { noting } from '../../support/noting';
import { useProjected } from '../../support/projected';
import { deliver, dependencies, sureInstance } from '../../support/projection';
import { readSeed, seededRandom } from '../../support/random';
import { order, type StreamRecord } from '../../support/stream';

const WRITERS = 4;
const SEED = readSeed();

const { own, database, table, deps, exact } = useProjected();
const writers = Array.from({ length: WRITERS }, () => own.connect());

/**
 * Ids of orders that had no row yet, a hundred at a time, all of one length, so that they are in their order. A row that was deleted, as
 * only tests do to orders, stays until InnoDB purges it; two who insert its key then may come to a deadlock: both may share its lock, and
 * then both want it alone. https://dev.mysql.com/doc/refman/8.0/en/innodb-locks-set.html
 */
let lastHundred = 10;
const nextHundred = (): number => 100 * (lastHundred += 1);

const rowsUnbooked = async (): Promise<number> =>
  (await database.read((sql) => sql.select('SELECT id FROM unbooked_sales'))).length;

type SetsAside = Ahead['setsAside'];

/** An instance that goes ahead with whatever is new. */
const going = (writer: Database, setsAside: SetsAside): Dependencies => ({ ...dependencies(writer, table), ahead: sureInstance(setsAside) }); // prettier-ignore

/** Orders of items that all of them sell. */
const someOrders = (from: number, count: number, version = 1): StreamRecord[] =>
  Array.from({ length: count }, (_, n) =>
    table.put(
      order(`o${from + n}`, {
        version,
        customerid: `c${n % 3}`,
        items: [0, 1, 2].map((i) => ({ itemid: `z${(n + i * version) % 20}`, quantity: 1 + ((n * version) % 50) })),
      }),
    ),
  );

const random = seededRandom(SEED);
const ways: readonly (readonly [string, SetsAside])[] = [
  ['set all sums aside', () => true],
  [`set some aside (SEED=${SEED})`, () => random() < 0.5],
  ['set none aside', () => false],
];

describe.each(ways)('four writers ahead that %s', (_name, setsAside) => {
  test('the same new orders count once, and so do changes of them that come between', async () => {
    const errors: unknown[] = [];
    for (let round = 0; round < 5; round += 1) {
      const from = nextHundred();
      const batch = someOrders(from, 60);
      const changes = someOrders(from, 60, 2);
      for (const records of [batch, changes]) {
        const delivered = writers.map((writer) => deliver(going(noting(writer, errors), setsAside), records));
        const projected = (await Promise.all(delivered)).flat().flatMap((summary) => summary.projected);
        expect(projected).toHaveLength(60);
      }
    }
    await exact();
    expect(new Set(errors)).toEqual(new Set([1062]));
  });

  test('new orders that each other has too count once', async () => {
    const errors: unknown[] = [];
    for (let round = 0; round < 10; round += 1) {
      const records = someOrders(nextHundred(), 100);
      const batches = writers.map((_, n) => records.slice(20 * n, 20 * n + 40));
      await Promise.all(
        writers.map((writer, n) => deliver(going(noting(writer, errors), setsAside), batches[n] ?? [])),
      );
    }
    expect(new Set(errors)).toEqual(new Set([1062]));
    await exact();
  });
});

/** Holds transactions open when all of them is written, until it is let go. */
function heldAtCommit(inner: Database) {
  let letGo = (): void => undefined;
  let arrive = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const holding: Database = {
    ...inner,
    transaction: (work) =>
      inner.transaction(async (sql) => {
        const result = await work(sql);
        await sql.select('SELECT 1 AS written'); // takes along what is queued
        arrive();
        await held;
        return result;
      }),
  };
  return { holding, arrived, letGo };
}

/** Resolves when a transaction of this connection waits for a lock. */
async function untilWaiting(writer: number): Promise<void> {
  for (;;) {
    const rows = await database.read(
      (sql) =>
      sql.select("SELECT 1 AS waits FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = ? AND trx_state = 'LOCK WAIT'", [writer]), // prettier-ignore
    );
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 150)); // asked more often, InnoDB repeats its last answer
  }
}

test('who changes an order waits for sums that another writer is about to set aside, and books them', async () => {
  const [first = database, second = database] = writers;
  await deliver(deps, someOrders(0, 1));
  const { holding, arrived, letGo } = heldAtCommit(first);
  const setting = deliver(going(holding, () => true), someOrders(100, 30)); // prettier-ignore
  await arrived;
  const [session] = await second.read((sql) => sql.select<{ id: number }>('SELECT CONNECTION_ID() AS id'));
  const change = deliver(dependencies(second, table), someOrders(0, 1, 2));
  await Promise.race([untilWaiting(session?.id ?? 0), change]); // who does not wait is found out below
  letGo();
  expect(await setting).toMatchObject([{ skipped: 0, retries: 0 }]);
  expect(await change).toMatchObject([{ projected: [{ pk: 'order#o0', version: 2 }], retries: 0 }]);
  expect(await rowsUnbooked()).toBe(0);
  await exact();
});

/** The least that any sum is. Of no sums: 0. */
async function leastSum(): Promise<number> {
  const [row] = await database.read((sql) =>
    sql.select<{ least: number | null }>(
      `SELECT MIN(least) AS least FROM (SELECT LEAST(ordered, orders) AS least FROM item_sales
         UNION ALL SELECT LEAST(ordered, orders) FROM daily_item_sales
         UNION ALL SELECT LEAST(ordered, orders) FROM monthly_item_sales) sums`,
    ),
  );
  return row?.least ?? 0;
}

test('booked sums are negative at no moment, while some create orders, whose sums are set aside, and others cancel them', async () => {
  let alive = WRITERS;
  const live = async (writer: Database, n: number): Promise<void> => {
    for (let round = 0; round < 15; round += 1) {
      const from = 10_000 * (n + 1) + 100 * round;
      const created = someOrders(from, 12);
      await deliver(going(writer, () => true), created); // prettier-ignore
      const cancelled = Array.from({ length: 12 }, (_, i) => table.get(`o${from + i}`)).filter(
        (_, i) => i % 4 !== round % 4,
      );
      await deliver(dependencies(writer, table), cancelled.flatMap((one) => (one === undefined ? [] : [table.put({ ...one, version: 2, status: 'cancelled' })]))); // prettier-ignore
    }
  };
  const lives = writers.map(async (writer, n) => {
    await live(writer, n).finally(() => (alive -= 1));
  });
  const seen: number[] = [];
  while (alive > 0) seen.push(await leastSum());
  await Promise.all(lives);
  expect(seen.filter((least) => least < 0)).toEqual([]);
  expect(seen.length).toBeGreaterThan(15);
  await exact();
});
