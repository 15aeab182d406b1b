/** Several writers at once, as when a batch is delivered again while its first delivery still runs. */
import { describe, expect, test } from '@jest/globals';
import { classifyDatabaseError } from '../../../functions/shared/database-errors';
import { projectBatch } from '../../../functions/project-orders/project-batch';
import type { TransactionSql } from '../../../functions/shared/database';
import { actBefore } from '../../support/act-before';
import { noting } from '../../support/noting';
import { useProjected } from '../../support/projected';
import { deliver, dependencies } from '../../support/projection';
import { readSeed, seededRandom, shuffled } from '../../support/random';
import { customer, item, order, record, type StreamRecord } from '../../support/stream';

const WRITERS = 4;
const SEED = readSeed();

const { own, database, table, deps, exact } = useProjected();
const writers = Array.from({ length: WRITERS }, () => own.connect());

const manyOrders = (version: number) =>
  Array.from({ length: 100 }, (_, n) =>
    table.put(
      order(`o${n}`, {
        version,
        items: [0, 1, 2].map((i) => ({ itemid: `z${(n + i * version) % 40}`, quantity: 1 + n })),
      }),
    ),
  );

describe('four writers at once', () => {
  test('the same batch of new orders, and of changed ones, counts once', async () => {
    for (const version of [1, 2]) {
      const batch = manyOrders(version);
      const summaries = await Promise.all(writers.map((writer) => deliver(dependencies(writer, table), batch)));
      const projected = summaries.flat().flatMap((summary) => summary.projected);
      expect(projected).toHaveLength(100);
      await exact();
    }
  });

  test(`overlapping, shuffled batches of several versions (SEED=${SEED})`, async () => {
    const random = seededRandom(SEED);
    const records = [1, 2, 3].flatMap((version) => manyOrders(version));
    await Promise.all(
      writers.map(async (writer) => {
        const mine = shuffled(records, random);
        const batches = Array.from({ length: 10 }, (_, n) => mine.slice(n * 30, n * 30 + 60));
        await deliver(dependencies(writer, table), ...batches);
      }),
    );
    await exact();
  });

  test(`orders deleted and created again (SEED=${SEED})`, async () => {
    const first = manyOrders(1);
    const removed = Array.from({ length: 50 }, (_, n) => table.remove(`o${n}`));
    const again = Array.from({ length: 25 }, (_, n) => table.put(order(`o${n}`, { createdBy: 'again' })));
    const random = seededRandom(SEED);
    await Promise.all(
      writers.map((writer) => {
        const mine = shuffled([...first, ...removed, ...again], random);
        return deliver(dependencies(writer, table), mine.slice(0, 90), mine.slice(60), mine.slice(0, 60));
      }),
    );
    await exact();
  });
});

/** A second session that holds what `work` locks until it is let go. */
async function holding(work: (sql: TransactionSql) => Promise<unknown>): Promise<{ letGo: () => Promise<void> }> {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  let done: Promise<void> = Promise.resolve();
  await new Promise<void>((locked, failed) => {
    done = own.connect().transaction(async (sql) => {
      await work(sql);
      locked();
      await held;
    });
    done.catch(failed);
  });
  return {
    async letGo() {
      letGo();
      await done;
    },
  };
}

const isMariaDB = async (): Promise<boolean> => {
  const [server] = await database.read((sql) => sql.select<{ version: string }>('SELECT VERSION() AS version'));
  return server?.version.includes('MariaDB') === true;
};

/** @param deletes whether a change takes an item from an order, and a tag from an item. */
const changeAll = (name: string, count: number, version: number, deletes: boolean): StreamRecord[] =>
  Array.from({ length: count }, (_, n) => `${name}${n}`).flatMap((id) => [
    table.put(order(id, { version, customerid: id, items: [{ itemid: deletes ? `${id}-${version}` : id, quantity: version }] })), // prettier-ignore
    table.putCustomer(customer(id, { version, name: `name ${version}` })),
    table.putItem(item(id, { version, name: `name ${version}`, tags: deletes ? [`tag ${version}`] : [] })),
  ]);

describe('writers of different subjects', () => {
  // What 1,000 keys or more are to MariaDB, and a deletion from a small table to MySQL: docs/adr/0015-sales-set-aside.md
  test.each([1, 30, 900])('%d changes wait for no others, in tables that hold nothing else', async (count) => {
    const deletes = await isMariaDB();
    const change = (name: string, version: number): StreamRecord[] => changeAll(name, count, version, deletes);
    const spoiled = ['a', 'b'].flatMap((name) => Array.from({ length: deletes ? count : 0 }, (_, n) => record('MODIFY', `order#${name}${n}`))); // prettier-ignore
    await deliver(deps, [...change('a', 1), ...change('b', 1)], spoiled);
    const theirs = change('a', 2);
    const other = await holding(async (sql) => {
      await projectBatch(sql, theirs, table);
      await sql.select('SELECT 1 AS written'); // takes along what is queued
    });
    const errors: unknown[] = [];
    const impatient = noting(writers[0] ?? database, errors, 'SET innodb_lock_wait_timeout = 1');
    const [mine] = await deliver(dependencies(impatient, table), change('b', 2)).finally(other.letGo);
    expect(errors).toEqual([]);
    expect(mine).toMatchObject({ skipped: 0, retries: 0 });
    await exact();
  });
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('conflicts', () => {
  test('1062: an order that another writer inserts first is looked at again', async () => {
    const errors: unknown[] = [];
    const batch = [table.put(order('o1')), table.put(order('o2'))];
    const faster = actBefore(writers[0] ?? database, 'INSERT INTO orders', () => deliver(deps, batch.slice(0, 1)));
    const [summary] = await deliver(dependencies(noting(faster, errors), table), batch);
    expect(summary).toMatchObject({ projected: [{ pk: 'order#o2' }], skipped: 1, retries: 1 });
    expect(errors).toEqual([1062]);
    await exact();
  });

  test('1205: a lock that is not let go in time', async () => {
    await deliver(deps, [table.put(order('o1'))]);
    const errors: unknown[] = [];
    const other = await holding((sql) => sql.select("SELECT * FROM orders WHERE orderid = 'o1' FOR UPDATE"));
    const impatient = noting(writers[0] ?? database, errors, 'SET innodb_lock_wait_timeout = 1');
    const delivery = deliver(dependencies(impatient, table), [table.put(order('o1', { version: 2 }))]);
    while (errors.length === 0) await pause(10); // MySQL looks once a second: it may take two
    await other.letGo();
    expect(await delivery).toMatchObject([{ projected: [{ pk: 'order#o1', version: 2 }], retries: 1 }]);
    expect(errors).toEqual([1205]);
    await exact();
  });

  test('1213: a deadlock', async () => {
    await deliver(deps, [table.put(order('o1')), table.put(order('heavy'))]);
    const errors: unknown[] = [];
    const sales = "UPDATE item_sales SET orders = orders WHERE itemid = 'z1'";
    const row = "SELECT * FROM orders WHERE orderid = 'o1' FOR UPDATE";
    let delivery: Promise<unknown> = Promise.resolve();
    // The other session wrote more, so that the projection is the one that the server chooses to end.
    const other = await holding(async (sql) => {
      for (let n = 0; n < 50; n += 1) await sql.run('INSERT INTO daily_item_sales VALUES (?, ?, 0, 0)', [`other${n}`, '2022-01-01']); // prettier-ignore
      await sql.run(sales);
      delivery = deliver(dependencies(noting(writers[0] ?? database, errors), table), [
        table.put(order('o1', { version: 2, items: [{ itemid: 'z1', quantity: 3 }] })),
      ]);
      await pause(200);
      await sql.select(row);
    });
    await other.letGo();
    expect(await delivery).toMatchObject([{ projected: [{ version: 2 }], retries: 1 }]);
    expect(errors).toEqual([1213]);
    await exact();
  });

  test('a conflict that does not end is thrown, and nothing is written', async () => {
    const other = await holding((sql) => sql.run("INSERT INTO orders VALUES ('o1', NULL, 'active', 1, NULL, NULL)"));
    const shortest = (await isMariaDB()) ? 0 : 1; // seconds; MySQL cannot not wait
    const impatient = noting(writers[0] ?? database, [], `SET innodb_lock_wait_timeout = ${shortest}`);
    const batch = [table.put(order('o0')), table.put(order('o1'))];
    const error: unknown = await deliver(dependencies(impatient, table), batch).catch((thrown: unknown) => thrown);
    expect(classifyDatabaseError(error)).toBe('conflict');
    await other.letGo();
    const rows = await database.read((sql) => sql.select("SELECT orderid FROM orders WHERE orderid = 'o0'"));
    expect(rows).toEqual([]);
  });
});
