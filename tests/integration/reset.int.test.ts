/**
 * `reset` on the real projector and a real database, with a table in memory: the same ids, keys and times are used again, and what the
 * stream still has of the time before is delivered late, twice and in any order.
 */
import { expect, test } from '@jest/globals';
import { operate, parseRequest } from '../../functions/operate-read-model/operate';
import { directReadModel } from '../support/direct-read-model';
import { cli, MemoryPipeline } from '../support/memory-pipeline';
import { quarantinedKeys } from '../support/oracle';
import { useProjected } from '../support/projected';
import { deliver } from '../support/projection';
import { below, readSeed, seededRandom, shuffled } from '../support/random';
import { customer, item, keyOf, order, type StreamRecord } from '../support/stream';

const SEED = readSeed();
const random = seededRandom(SEED);

const { database, table, deps, exact } = useProjected();

const project = (...batches: StreamRecord[][]) => deliver(deps, ...batches);
const ask = (request: unknown) => operate(database, parseRequest(request));

/** Runs the tool on this table and this database; resolves to the records that the stream has of it. */
async function reset(): Promise<StreamRecord[]> {
  const removals: StreamRecord[] = [];
  const removeOne = (key: string): void => {
    removals.push(table.removeAt(key));
  };
  const pipeline = new MemoryPipeline();
  const tables = {
    ...pipeline.tables,
    async *empty(which: 'orders' | 'commands'): AsyncIterable<readonly string[]> {
      const stored = [...table.orders(), ...table.customers(), ...table.items()].map(keyOf);
      const keys = which === 'orders' ? [...stored, ...table.junkKeys()] : [];
      keys.forEach(removeOne);
      yield await Promise.resolve(keys);
    },
  };
  const readModel = directReadModel(database, table);
  const { code, stderr } = await cli(Object.assign(pipeline, { tables, readModel }), ['reset', '--yes']);
  if (code !== 0) throw new Error(stderr);
  return removals;
}

const ids = Array.from({ length: 12 }, (_, n) => `o${n}`);
const someItems = () => ['z1', 'z2', 'z3'].slice(below(3, random)).map((itemid) => ({ itemid, quantity: 1 + below(9, random) })); // prettier-ignore

/** A life of everything: the ids, the keys and the times are the same each time, what is in it is not. */
function life(versions: number): StreamRecord[] {
  const records: StreamRecord[] = [];
  for (let version = 1; version <= versions; version += 1) {
    const status = random() < 0.2 ? 'cancelled' : 'active';
    for (const id of ids) records.push(table.put(order(id, { version, status, customerid: `c${below(3, random)}`, items: someItems() }))); // prettier-ignore
    records.push(table.putCustomer(customer('c1', { version, name: `name ${random()}` })));
    records.push(table.putItem(item('z1', { version, tags: [`tag ${below(5, random)}`] })));
  }
  return records;
}

const NOTHING = { active: 0, cancelled: 0, changes: 0, quarantined: 0 };

test('leaves nothing that a query, a report or the tool could tell of', async () => {
  await project(life(3), [table.putJunk('bad', { pk: { S: 'order#bad' } }), table.putJunk('a b', {})]);
  await reset();
  await exact();
  expect(await ask({ operation: 'status' })).toEqual(NOTHING);
  expect(await ask({ operation: 'keys.list' })).toEqual({ keys: [] });
  expect(await quarantinedKeys(database)).toEqual([]);
});

test(`the same ids at once, with late records of the time before in any order: exact after each delivery (SEED=${SEED})`, async () => {
  const before = life(3);
  await project(before.slice(0, 30)); // the rest was not projected yet
  const late = [...before, ...(await reset())];
  await exact();
  for (let n = 0; n < 5; n += 1) await project(shuffled(late.filter(() => random() < 0.3), random)); // prettier-ignore
  await exact();
  for (let version = 1; version <= 3; version += 1) {
    await project([...life(1), ...shuffled(late.filter(() => random() < 0.3), random)]); // prettier-ignore
    await exact();
    await project(late.filter(() => random() < 0.5)); // the newest version of the time before is 3, this one's is 1
    await exact();
    late.push(...(await reset()));
    await exact();
  }
});

test('orders that are changed after it take each change, and nothing of the time before', async () => {
  const late = life(5);
  await project(late);
  late.push(...(await reset()));
  const now = life(4);
  for (const record of now) await project([record]);
  await project(late);
  await exact();
  await project(shuffled(now, random));
  await exact();
});

test('a record of the time before that is not as it should be leaves the quarantine with that of its deletion', async () => {
  const bad = table.putJunk('bad', { pk: { S: 'order#bad' } });
  const removals = await reset();
  await project([bad]);
  expect(await quarantinedKeys(database)).toEqual(['order#bad']);
  await project(removals);
  expect(await quarantinedKeys(database)).toEqual([]);
});

test('sums that were off before are not off after it', async () => {
  await project(life(2));
  await database.read((sql) => sql.run('UPDATE item_sales SET ordered = ordered + 5, orders = orders + 1'));
  await database.read((sql) => sql.run("DELETE FROM daily_item_sales WHERE itemid = 'z2'"));
  await database.read((sql) => sql.run('UPDATE counts SET total = total - 1'));
  await database.read((sql) => sql.run(`INSERT INTO unbooked_sales (sales) VALUES ('[["z1", "2022-10-05", 3, 1]]')`));
  await reset();
  await exact();
  await project(life(1));
  await exact();
});

test('done again, nothing changes', async () => {
  await project(life(2));
  await reset();
  expect(await reset()).toEqual([]);
  expect(await ask({ operation: 'status' })).toEqual(NOTHING);
});
