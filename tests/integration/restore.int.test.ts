/**
 * The orders table restored to an earlier time, rehearsed: the tool's `reproject` on the real projector and a real database, with a table
 * in memory. docs/operations/restore.md is the way on AWS.
 */
import { describe, expect, test } from '@jest/globals';
import { bringUpToDate } from '../../db-init/bring-up-to-date';
import { onConnection } from '../../db-init/exclusive';
import { migrations } from '../../db-init/migrations/index';
import { serve } from '../../db-init/serve';
import { directReadModel } from '../support/direct-read-model';
import { readDoc } from '../support/docs';
import { cli, MemoryPipeline } from '../support/memory-pipeline';
import { quarantinedKeys } from '../support/oracle';
import { useProjected } from '../support/projected';
import { deliver, dependencies } from '../support/projection';
import { below, oneOf, readSeed, seededRandom, shuffled } from '../support/random';
import { customer, item, keyOf, order, type StreamRecord } from '../support/stream';

const SEED = readSeed();

const { own, database, table, deps, exact } = useProjected();
const random = seededRandom(SEED);

const project = (...batches: StreamRecord[][]) => deliver(deps, ...batches);
const stored = () => [...table.orders(), ...table.customers(), ...table.items()];

/** The tool, on this table and this database. */
function reproject(...args: string[]) {
  const pipeline = new MemoryPipeline();
  pipeline.tableKeys = shuffled(stored().map(keyOf), random);
  const readModel = directReadModel(database, table);
  return cli(Object.assign(pipeline, { readModel }), ['reproject', ...args, '--json']);
}

/** Orders made, changed, cancelled and deleted; customers and items too. */
function changes(count: number): StreamRecord[] {
  return Array.from({ length: count }, () => {
    const id = `o${below(40, random)}`;
    const before = table.get(id);
    const subject = below(6, random);
    const items = ['z0', 'z1', 'z2'].slice(below(3, random)).map((itemid) => ({ itemid, quantity: 1 + below(5, random) })); // prettier-ignore
    switch (below(12, random)) {
      case 0:
        return table.putCustomer(customer(`c${subject}`, { version: 1 + below(9, random) }));
      case 1:
        return table.putItem(item(`z${subject}`, { tags: [oneOf(['red', 'blue'], random)] }));
      case 2:
        return below(2, random) === 0 ? table.removeCustomer(`c${subject}`) : table.removeItem(`z${subject}`);
      case 3:
        return table.remove(id);
      default: {
        if (before === undefined) return table.put(order(id, { customerid: `c${subject}`, items }));
        const status = below(4, random) === 0 ? 'cancelled' : 'active';
        return table.put({ ...before, version: before.version + 1, items, status });
      }
    }
  });
}

/** Sets the table back to what was stored; the records are those that the stream has of it. */
function restore(before: ReturnType<typeof stored>): StreamRecord[] {
  const kept = new Set(before.map(keyOf));
  const gone = stored().filter((one) => !kept.has(keyOf(one)));
  const put = (one: (typeof before)[number]): StreamRecord => {
    if ('orderid' in one) return table.put(one);
    return 'customerid' in one ? table.putCustomer(one) : table.putItem(one);
  };
  const remove = (one: (typeof before)[number]): StreamRecord => {
    if ('orderid' in one) return table.remove(one.orderid);
    return 'customerid' in one ? table.removeCustomer(one.customerid) : table.removeItem(one.itemid);
  };
  return shuffled([...before.map(put), ...gone.map(remove)], random);
}

/** Changes, a point in time, more changes, all of them projected; and the table back at that point. */
async function setBack(): Promise<StreamRecord[]> {
  await project(changes(80), changes(80));
  const before = stored();
  await project(changes(80), changes(80));
  return restore(before);
}

describe(`a table that was set back to an earlier time (seed ${SEED})`, () => {
  test('leaves a read model that is ahead of it, whatever the stream tells', async () => {
    await project(await setBack());
    await expect(exact()).rejects.toThrow();
  });

  test.each([
    ['the stream told nothing of it', 'never'],
    ['the stream told of it before', 'before'],
    ['the stream tells of it after', 'after'],
  ] as const)('is what the read model equals after reproject --all, when %s', async (_, told) => {
    const records = await setBack();
    if (told === 'before') await project(records);
    const { code, stdout } = await reproject('--all');
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { projected: number }).projected).toBeGreaterThanOrEqual(stored().length);
    await exact();
    if (told === 'after') await project(records);
    await exact();
    expect((await reproject('--all')).code).toBe(0); // again: nothing changes
    await exact();
  });

  test('takes new changes exactly after it, such as those of a replay', async () => {
    await project(await setBack());
    await reproject('--all');
    await project(changes(80), changes(80));
    await exact();
  });

  test('is brought into the read model exactly while changes go on', async () => {
    await project(await setBack());
    const [, ...deliveries] = await Promise.all([
      reproject('--all'),
      ...[1, 2, 3, 4].map(() => deliver(dependencies(own.connect(), table), changes(20))),
    ]);
    expect(deliveries).toHaveLength(4);
    await reproject('--all');
    await exact();
  });
});

test('named keys alone are brought back, deleted ones too', async () => {
  await project([table.put(order('a')), table.put(order('b')), table.put(order('a', { version: 2, items: [{ itemid: 'z9', quantity: 9 }] })), table.put(order('c'))]); // prettier-ignore
  table.put(order('a'));
  table.remove('c');
  await expect(exact()).rejects.toThrow();
  expect((await reproject('order#a', 'order#c', 'order#never')).code).toBe(0);
  await exact();
});

test('what is not of the pipeline’s shape is named, lies in quarantine, and keeps nothing else from it', async () => {
  await project([table.put(order('a', { version: 3 })), table.put(order('b', { version: 3 }))]);
  table.put(order('a'));
  table.putJunk('b', { pk: { S: 'order#b' } });
  const { code, stdout } = await reproject('order#a', 'order#b');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({ projected: 1, quarantined: ['order#b'] });
  expect(await quarantinedKeys(database)).toEqual(['order#b']);
  table.put(order('b'));
  expect((await reproject('--all')).code).toBe(0);
  expect(await quarantinedKeys(database)).toEqual([]);
  await exact();
});

describe('the read model alone, damaged', () => {
  const run = (statement: string) => database.read((sql) => sql.run(statement));
  /** The statement that the page gives. */
  const drop = /```sql\n(DROP TABLE [^`]+)\n```/.exec(readDoc('docs/operations/restore.md'))?.[1] ?? '';

  /** What `aws lambda invoke` of db-init does. */
  const askDbInit = () => {
    const target = {
      where: 'here',
      exclusive: onConnection(database),
      ownsUsers: false,
      close: () => Promise.resolve(),
    };
    const surroundings = { send: () => Promise.reject(new Error('nobody else asked')), log: () => undefined };
    const work = () => bringUpToDate(target, migrations);
    return serve({ bringUpToDate: true }, { ...surroundings, work, leftMs: 600_000 });
  };

  test.each([
    ['rows were changed by hand', ['UPDATE item_sales SET ordered = ordered + 1', 'DELETE FROM held_orders']],
    ['tables were dropped', ['DROP TABLE counts', 'DROP TABLE order_items', 'DROP TABLE orders']],
    ['all of it was dropped', ['DROP TABLE quarantined_changes', drop]],
  ])('is made again as the page says: %s', async (_, damages) => {
    await project(changes(80), [table.putJunk('bad', { pk: { S: 'order#bad' } })]);
    table.dropJunk();
    for (const damage of damages) await run(damage);
    await reproject('--all').catch(() => undefined);
    await expect(exact()).rejects.toThrow(); // by that alone it is not

    await run(`INSERT INTO unbooked_sales (sales) VALUES ('[["z1", "2022-10-05", 3, 1]]')`).catch(() => undefined); // where it is left
    await run(drop);
    expect(await askDbInit()).toEqual({ applied: migrations.map(({ name }) => name), revoked: [], toRebuild: [] });
    expect((await reproject('--all')).code).toBe(0);
    await exact();
    const kept = damages.includes('DROP TABLE quarantined_changes') ? [] : ['order#bad'];
    expect(await quarantinedKeys(database)).toEqual(kept);
    await project(changes(40));
    await exact();
  });
});
