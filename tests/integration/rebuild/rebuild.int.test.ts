/** Rebuilding the read model on a real database: the steps, one by one and interrupted, and what a copy must not miss. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { onConnection } from '../../../db-init/exclusive';
import { applyMigrations } from '../../../db-init/migrate';
import { migrations } from '../../../db-init/migrations/index';
import { projectPage } from '../../../functions/rebuild-read-model/fill';
import type { Item } from '../../../functions/rebuild-read-model/scan';
import { WAIT_SECONDS } from '../../../functions/rebuild-read-model/status';
import type { Database } from '../../../functions/shared/database';
import { READ_MODEL_TABLES } from '../../../functions/shared/rebuild';
import { readSchema } from '../../support/memory-database/schema';
import { actualReadModel, quarantinedKeys } from '../../support/oracle';
import { useProjected } from '../../support/projected';
import { deliver } from '../../support/projection';
import { deliverTo, RebuildStage, WAIT_MS } from '../../support/rebuild';
import { customer, item, order, record } from '../../support/stream';

const { own, database, table, deps, exact } = useProjected();
let stage: RebuildStage;

beforeEach(() => {
  stage = new RebuildStage(own, table);
});
afterEach(() => stage.close());

const run = (statement: string) => database.read((sql) => sql.run(statement));
const copyIsThere = async (): Promise<boolean> =>
  (await database.read((sql) => sql.select('SELECT 1 FROM information_schema.schemata WHERE schema_name = ?', [stage.names.copy]))).length > 0; // prettier-ignore

const some = () => [
  ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => table.put(order(id, { customerid: 'c1' }))),
  table.putCustomer(customer('c1')),
  table.putCustomer(customer('c2')),
  table.putItem(item('z1')),
];

test('the tables that are swapped are all but the ledger', () => {
  const all = [...readSchema().keys()].filter((name) => name !== 'schema_migrations');
  expect([...READ_MODEL_TABLES].toSorted()).toEqual(all.toSorted());
});

describe('a rebuild', () => {
  test('makes the read model what the table holds, whatever it was, and leaves nothing behind', async () => {
    await deliver(deps, some());
    await run("UPDATE item_sales SET ordered = 99 WHERE itemid = 'z1'");
    await run("DELETE FROM order_items WHERE orderid = 'b'");
    await run(`INSERT INTO unbooked_sales (sales) VALUES ('[["z1", "2022-10-05", 3, 1]]')`);
    await run("INSERT INTO orders (orderid, status, version) VALUES ('nobody', 'active', 3)");
    await stage.rebuild('one');
    await exact();
    expect(await copyIsThere()).toBe(false);
    expect(await stage.step({ step: 'status' })).toEqual({ state: 'swapped', run: 'one', segments: 2, segmentsDone: 2, items: 10, expected: 11 }); // prettier-ignore
  });

  test('of nothing', async () => {
    await stage.rebuild('empty', 3);
    await exact();
  });

  test('twice, each with its own run', async () => {
    await deliver(deps, some());
    await stage.rebuild('one');
    table.putCustomer(customer('c3'));
    await stage.rebuild('two');
    await exact();
    expect(await stage.step({ step: 'status' })).toMatchObject({ run: 'two', items: 11 });
  });

  test('tells how far it is, how fast, and for how long yet', async () => {
    await deliver(deps, some());
    await stage.step({ step: 'prepare', run: 'one', segments: 1 });
    expect(await stage.step({ step: 'status' })).toEqual({ state: 'filling', run: 'one', segments: 1, segmentsDone: 0, items: 0, expected: 10 }); // prettier-ignore
    const { scan } = stage.deps;
    const slow = { ...stage.deps, scan: (place: Parameters<typeof scan>[0]) => ((stage.clock.now += 60_000), scan(place)) }; // prettier-ignore
    expect(await stage.step({ step: 'fill', run: 'one', segment: 0 }, slow)).toEqual({ segment: 0, items: 3, done: false, cancelled: false }); // prettier-ignore
    await run(
      `UPDATE rebuild SET items_before = -997, went_on_at = UTC_TIMESTAMP(3) - INTERVAL ${WAIT_SECONDS + 100} SECOND`,
    );
    const status = await stage.step({ step: 'status' });
    expect(status).toMatchObject({ items: 3, expected: 10, itemsPerSecond: 10, secondsLeft: 1 });
  });

  test('refuses to swap a copy that is not filled, or whose summaries are not those of its rows', async () => {
    await deliver(deps, some());
    await stage.step({ step: 'prepare', run: 'one', segments: 1 });
    await expect(stage.step({ step: 'verify', run: 'one' })).rejects.toThrow('A segment of the scan is not done');
    await stage.step({ step: 'fill', run: 'one', segment: 0 });
    await run(`UPDATE ${stage.names.copy}.item_sales SET ordered = ordered + 1`);
    await expect(stage.step({ step: 'verify', run: 'one' })).rejects.toThrow('quantities ordered: 15 in the summary, 14 in the rows'); // prettier-ignore
    await run(`INSERT INTO ${stage.names.copy}.unbooked_sales (sales) VALUES ('[["z1", "2022-10-05", 3, 1]]')`);
    await expect(stage.step({ step: 'verify', run: 'one' })).rejects.toThrow('quantities ordered: 18 in the summary, 14 in the rows; orders by day: 8 in the summary, 7 in the rows'); // prettier-ignore
    await exact();
  });

  test('refuses to swap a copy into which somebody projected who knows no months, though they come to the same number in all', async () => {
    await deliver(deps, [...some(), table.put(order('z', { orderdate: '2022-11-05T10:00:00Z' }))]);
    await stage.step({ step: 'prepare', run: 'one', segments: 1 });
    await stage.step({ step: 'fill', run: 'one', segment: 0 });
    await run(`UPDATE ${stage.names.copy}.monthly_item_sales SET orders = IF(month = 202210, orders - 1, orders + 1)`);
    await expect(stage.step({ step: 'verify', run: 'one' })).rejects.toThrow('months of an item that are not the sum of its days: '); // prettier-ignore
    await exact();
  });
});

describe('interrupted', () => {
  test('it goes on where it was: pages that are done are not read again', async () => {
    await deliver(deps, some());
    let pages = 0;
    const { scan } = stage.deps;
    const failing = { ...stage.deps, scan: (place: Parameters<typeof scan>[0]) => ((pages += 1) === 3 ? Promise.reject(new Error('throttled')) : scan(place)) }; // prettier-ignore
    await stage.step({ step: 'prepare', run: 'one', segments: 1 });
    await expect(stage.step({ step: 'fill', run: 'one', segment: 0 }, failing)).rejects.toThrow('throttled');
    expect(await stage.step({ step: 'prepare', run: 'another', segments: 5 })).toEqual({ run: 'one', segments: [0] });
    expect(await stage.step({ step: 'fill', run: 'one', segment: 0 }, failing)).toEqual({ segment: 0, items: 10, done: true, cancelled: false }); // prettier-ignore
    expect(pages).toBe(5);
    await stage.finish('one', 1);
    await exact();
  });

  test('every step again changes nothing, also after the swap', async () => {
    await deliver(deps, some());
    await stage.step({ step: 'prepare', run: 'one', segments: 2 });
    await stage.finish('one');
    for (const again of [1, 2]) {
      expect(await stage.step({ step: 'fill', run: 'one', segment: again - 1 })).toMatchObject({ done: true });
      expect(await stage.step({ step: 'verify', run: 'one' })).toEqual({ items: 10, cancelled: false });
      await stage.step({ step: 'swap', run: 'one' });
      await stage.step({ step: 'clean up', run: 'one' });
    }
    await exact();
  });

  test('cancelled, it is gone, and its steps say so; the next one begins anew', async () => {
    await deliver(deps, some());
    await stage.step({ step: 'prepare', run: 'one', segments: 1 });
    expect(await stage.step({ step: 'cancel' })).toEqual({ cancelled: true });
    expect(await stage.step({ step: 'cancel' })).toEqual({ cancelled: false });
    expect(await stage.step({ step: 'status' })).toEqual({ state: 'cancelled', run: 'one' });
    expect(await copyIsThere()).toBe(false);
    const over = { cancelled: true, done: true };
    for (const step of ['verify', 'swap'] as const) expect(await stage.step({ step, run: 'one' })).toEqual(over);
    expect(await stage.step({ step: 'fill', run: 'one', segment: 0 })).toEqual(over);
    await stage.rebuild('two');
    await exact();
  });

  test('the place of a page of a run that is over moves no later copy on', async () => {
    await deliver(deps, some());
    await stage.step({ step: 'prepare', run: 'one', segments: 1 });
    const { copy } = stage.deps;
    const begunAnew = { ...stage.deps, copy: { ...copy, transaction: async <T>(work: Parameters<typeof copy.transaction<T>>[0]) => {
      const result = await copy.transaction(work);
      await stage.step({ step: 'cancel' });
      await stage.step({ step: 'prepare', run: 'two', segments: 1 });
      return result;
    } } }; // prettier-ignore
    expect(await stage.step({ step: 'fill', run: 'one', segment: 0 }, begunAnew)).toMatchObject({ cancelled: true });
    await stage.finish('two', 1);
    await exact();
  });

  test('by a migration, it is dropped by the step that finds that out', async () => {
    await deliver(deps, some());
    for (const step of ['verify', 'swap'] as const) {
      await stage.step({ step: 'prepare', run: step, segments: 1 });
      await run("UPDATE rebuild SET state = 'cancelled'");
      expect(await stage.step({ step: 'fill', run: step, segment: 0 })).toMatchObject({ cancelled: true });
      expect(await copyIsThere()).toBe(true); // another segment's page may be under way
      expect(await stage.step({ step, run: step })).toMatchObject({ cancelled: true });
      expect(await copyIsThere()).toBe(false);
    }
    await stage.step({ step: 'prepare', run: 'next', segments: 1 });
    await stage.step({ step: 'verify', run: 'verify' });
    expect(await copyIsThere()).toBe(true);
    await stage.finish('next', 1);
    await exact();
  });

  test('a delivery that began with the copy of a run that is over reaches no later copy', async () => {
    const { databases } = stage.projector();
    await stage.step({ step: 'prepare', run: 'one', segments: 1 });
    let transactions = 0;
    const begunAnew: Database = { ...databases.copy, transaction: async (work) => {
      transactions += 1;
      await stage.step({ step: 'cancel' });
      await stage.step({ step: 'prepare', run: 'two', segments: 1 });
      return databases.copy.transaction(work);
    } }; // prettier-ignore
    const change = table.put(order('a'));
    await expect(deliverTo(stage.projector({ ...databases, copy: begunAnew }), [change])).rejects.toThrow('The rebuild one was cancelled'); // prettier-ignore
    expect(transactions).toBe(1);
    expect(await database.read((sql) => sql.select(`SELECT orderid FROM ${stage.names.copy}.orders`))).toEqual([]);
    await deliverTo(stage.projector(), [change]);
    await stage.finish('two', 1);
    await exact();
  });

  test('a page of a run that is over reaches no later copy', async () => {
    const [pk, stored] = [...(await (some(), table.read(['order#a']))).entries()][0] ?? [];
    await stage.step({ step: 'prepare', run: 'one', segments: 1 });
    await stage.step({ step: 'cancel' });
    const gone = table.remove('a');
    await deliverTo(stage.projector(), [gone]);
    await stage.step({ step: 'prepare', run: 'two', segments: 1 });
    await expect(projectPage(stage.deps, 'one', [{ ...(stored as Item) }])).rejects.toThrow('The rebuild one was cancelled'); // prettier-ignore
    await stage.finish('two', 1);
    expect(pk).toBe('order#a');
    await exact();
  });
});

describe('what happens meanwhile', () => {
  test('after the swap, too, no late image of an earlier life with the same key and time is believed', async () => {
    const projector = stage.projector();
    const first = [1, 2, 3].map((version) => table.put(order('again', { version, items: [{ itemid: 'z1', quantity: version }] }))); // prettier-ignore
    const others = [order('unseen'), order('behind', { version: 4 })].map((one) => table.put(one));
    const neverSeen = table.put(order('unseen', { version: 2 }));
    await deliverTo(projector, [...first, ...others]);
    await deliverTo(projector, [table.remove('again')]);
    await deliverTo(projector, [table.put(order('again')), table.remove('unseen')]); // it looks into the table: the row names no key
    await deliverTo(projector, [table.put(order('same'))]);
    const late = [table.remove('behind'), table.put(order('behind')), table.put(order('unseen'))];
    stage.clock.now += WAIT_MS;
    await stage.rebuild('one');
    await deliverTo(projector, [...first, ...others, neverSeen]);
    await exact();
    const keys = () => database.read((sql) => sql.select("SELECT orderid, created_by IS NULL AS looks FROM orders WHERE status <> 'deleted' ORDER BY orderid")); // prettier-ignore
    expect(await keys()).toEqual([
      { orderid: 'again', looks: 1 },
      { orderid: 'behind', looks: 1 },
      { orderid: 'same', looks: 0 },
      { orderid: 'unseen', looks: 1 },
    ]);
    await deliverTo(projector, late);
    await exact();
  });

  test('a projector writes both, and remembers for five seconds alone that there is no copy', async () => {
    const projector = stage.projector();
    await deliverTo(projector, some());
    await stage.step({ step: 'prepare', run: 'one', segments: 1 });
    stage.clock.now += 4_999;
    await deliverTo(projector, [table.put(order('remembered'))]);
    const keysOfCopy = async (): Promise<string[]> =>
      (await database.read((sql) => sql.select<{ orderid: string }>(`SELECT orderid FROM ${stage.names.copy}.orders`))).map(({ orderid }) => orderid); // prettier-ignore
    expect(await keysOfCopy()).toEqual([]);
    stage.clock.now += 1;
    await deliverTo(projector, [table.put(order('both'))]);
    expect(await keysOfCopy()).toEqual(['both']);
    await stage.finish('one', 1);
    await exact();
    await deliverTo(projector, [table.put(order('after'))]);
    await exact();
  });

  test('what was deleted stays deleted: after its page was read, before, and before the rebuild', async () => {
    const projector = stage.projector();
    const late = some();
    await deliverTo(projector, late);
    await deliverTo(projector, [table.remove('a'), table.removeCustomer('c2')]);
    stage.clock.now += WAIT_MS;
    await stage.step({ step: 'prepare', run: 'one', segments: 1 });
    await deliverTo(projector, [table.remove('b')]);
    const { scan } = stage.deps;
    const meanwhile = { ...stage.deps, scan: async (place: Parameters<typeof scan>[0]) => {
      const page = await scan(place);
      for (const { pk } of page.items) if (pk.S === 'order#d') await deliverTo(projector, [table.remove('d')]);
      return page;
    } }; // prettier-ignore
    await stage.step({ step: 'fill', run: 'one', segment: 0 }, meanwhile);
    await deliverTo(projector, late); // the stream again, from its beginning
    await exact();
    await stage.finish('one', 1);
    await exact();
    await deliverTo(projector, late);
    await exact();
  });

  test('a late record of what was deleted before the rebuild brings nothing back after it', async () => {
    const projector = stage.projector();
    const late = some();
    await deliverTo(projector, late);
    await deliverTo(projector, [table.remove('a'), table.removeCustomer('c2'), table.removeItem('z1')]);
    await stage.rebuild('one');
    await exact();
    await deliverTo(projector, late);
    await exact();
  });

  test('a swap between the two transactions of a delivery loses nothing of it', async () => {
    const { databases } = stage.projector();
    await deliverTo(stage.projector(databases), some());
    stage.clock.now += WAIT_MS;
    await stage.step({ step: 'prepare', run: 'one', segments: 1 });
    await stage.step({ step: 'fill', run: 'one', segment: 0 });
    let transactions = 0;
    const swapping = (inner: Database): Database => ({
      ...inner,
      async transaction(work) {
        const result = await inner.transaction(work);
        transactions += 1;
        if (transactions === 1) await stage.finish('one', 1);
        return result;
      },
    });
    const between = stage.projector({ model: swapping(databases.model), copy: swapping(databases.copy) });
    const changes = [table.put(order('a', { version: 2, items: [{ itemid: 'z9', quantity: 9 }] })), table.remove('b'), table.put(order('new'))]; // prettier-ignore
    await deliverTo(between, changes);
    expect(transactions).toBe(2);
    await exact();
    await deliverTo(between, changes);
    await exact();
  });

  test('an item read before it changed, or before it was deleted and made anew, does not undo that', async () => {
    const projector = stage.projector();
    await deliverTo(projector, some());
    stage.clock.now += WAIT_MS;
    await stage.step({ step: 'prepare', run: 'one', segments: 1 });
    const keys = ['order#a', 'order#b', 'customer#c1', 'item#z1'];
    const items = [...(await table.read(keys)).values()] as Item[];
    await deliverTo(projector, [
      table.put(order('a', { version: 2, items: [{ itemid: 'z9', quantity: 9 }] })),
      table.remove('b'),
      table.put(order('b', { createdBy: 'anew' })),
      table.forgetCustomer('c1'),
      table.putItem(item('z1', { version: 2, tags: ['new'] })),
    ]);
    await projectPage(stage.deps, 'one', items);
    await stage.finish('one', 1);
    await exact();
  });

  test('a life begun under the same key and time at a lower version is not undone either', async () => {
    const projector = stage.projector();
    await deliverTo(projector, [table.put(order('a', { version: 5 }))]);
    stage.clock.now += WAIT_MS;
    await stage.step({ step: 'prepare', run: 'one', segments: 1 });
    const items = [...(await table.read(['order#a'])).values()] as Item[];
    table.remove('a');
    await deliverTo(projector, [table.put(order('a', { version: 1, items: [{ itemid: 'z7', quantity: 7 }] }))]);
    await projectPage(stage.deps, 'one', items);
    await stage.finish('one', 1);
    await exact();
  });

  test('bad items lie in quarantine after it, good ones do not, and records without a key are kept', async () => {
    const projector = stage.projector();
    const good = some();
    await deliverTo(projector, good);
    await deliverTo(projector, [
      table.putJunk('bad', { pk: { S: 'order#bad' } }),
      table.putJunkAt('order#a b', { pk: { S: 'order#a b' } }),
      table.putJunk('mended', { pk: { S: 'order#mended' } }),
      { ...record('INSERT', ''), dynamodb: {} },
    ]);
    table.put(order('mended'));
    const [last] = await database.read((sql) => sql.select<{ id: number }>('SELECT MAX(id) AS id FROM quarantined_changes')); // prettier-ignore
    await stage.rebuild('one');
    expect((await quarantinedKeys(database)).toSorted()).toEqual(['', 'order#a b', 'order#bad']);
    const [first] = await database.read((sql) => sql.select<{ id: number }>('SELECT MIN(id) AS id FROM quarantined_changes')); // prettier-ignore
    expect(first?.id).toBe((last?.id ?? 0) + 1_000_000);
    await exact();
    await deliverTo(projector, [table.put(order('bad'))]);
    expect((await quarantinedKeys(database)).toSorted()).toEqual(['', 'order#a b']);
  });

  test('a copy that is dropped under a projector’s hands is no failure once the rebuild is cancelled', async () => {
    const projector = stage.projector();
    await stage.step({ step: 'prepare', run: 'one', segments: 1 });
    await deliverTo(projector, some());
    await run(`DROP DATABASE ${stage.names.copy}`);
    const change = table.put(order('a', { customerid: 'c1', version: 2 }));
    await expect(deliverTo(projector, [change])).rejects.toThrow();
    await stage.step({ step: 'cancel' });
    await deliverTo(projector, [change]);
    await exact();
  });
});

describe('migrations', () => {
  test('exclude the steps that make and swap tables', async () => {
    const order: string[] = [];
    const held = onConnection(own.connect())(async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      order.push('migrated');
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await stage.step({ step: 'prepare', run: 'one', segments: 1 });
    order.push('prepared');
    await held;
    expect(order).toEqual(['migrated', 'prepared']);
  });

  test.each([
    ['are applied', [{ name: '9999_more', statement: 'ALTER TABLE counts ADD COLUMN more INT NULL' }]],
    ['are there already, as when a release comes back', []],
  ])('that %s end a rebuild', async (_, added) => {
    await stage.step({ step: 'prepare', run: 'one', segments: 1 });
    const more = [...migrations, ...added];
    await database.read((sql) => applyMigrations(sql, more));
    expect(await stage.step({ step: 'status' })).toMatchObject({ state: 'cancelled' });
    await stage.rebuild('two');
    expect(await database.read((sql) => sql.select("SHOW COLUMNS FROM counts LIKE 'more'"))).toHaveLength(added.length);
    if (added.length > 0) await run('ALTER TABLE counts DROP COLUMN more');
    expect(await actualReadModel(database)).toHaveProperty('orders', []);
  });
});
