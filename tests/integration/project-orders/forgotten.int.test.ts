/** A forgotten customer is in no table of the read model any more, whatever is delivered again, late or in another order. */
import { describe, expect, test } from '@jest/globals';
import { redrive } from '../../../functions/project-orders/redrive';
import { customersByItem } from '../../../functions/query-orders/customers-by-item';
import { emptyTables } from '../../support/database';
import { expectExact, quarantinedKeys } from '../../support/oracle';
import { useProjected } from '../../support/projected';
import { deliver } from '../../support/projection';
import { customer, image, order, record, type StreamRecord } from '../../support/stream';

const { database, table, deps } = useProjected();

const ada = customer('c1', { name: 'Ada Lovelace', email: 'ada@example.org' });

/** The tables that hold text of customers, whole. */
const TABLES = ['customers', 'quarantined_changes'];

/** What a row says anywhere of Ada: nothing may. */
async function expectForgotten(): Promise<void> {
  for (const name of TABLES) {
    const rows = await database.read((sql) => sql.select(`SELECT * FROM ${name}`));
    expect(JSON.stringify(rows)).not.toMatch(/Ada|ada@/);
  }
  await expectExact(database, table.orders(), { customers: table.customers() });
}

/** Every order in which some records can come. */
const permutations = <T>(list: readonly T[]): T[][] =>
  list.length === 0
    ? [[]]
    : list.flatMap((head, index) => permutations(list.toSpliced(index, 1)).map((rest) => [head, ...rest]));

describe('a customer that is forgotten', () => {
  test('becomes a tombstone at its version, and is counted no more', async () => {
    await deliver(deps, [table.putCustomer(ada), table.putCustomer(customer('c2'))]);
    const [summary] = await deliver(deps, [table.forgetCustomer('c1')]);
    expect(summary?.projected).toMatchObject([{ pk: 'customer#c1', status: 'deleted', version: 2 }]);
    await expectForgotten();
    expect(await database.read((sql) => sql.select("SELECT * FROM customers WHERE customerid = 'c1'"))).toEqual([
      { customerid: 'c1', name: null, email: null, status: 'deleted', version: 2, created_by: 'key-of-c1' },
    ]);
  });

  test('stays so in whatever order the records come, each twice, in batches of one or all at once', async () => {
    const records = [
      table.putCustomer(ada),
      table.putCustomer({ ...ada, version: 2, name: 'Ada King' }),
      table.forgetCustomer('c1'),
    ];
    for (const order of permutations(records)) {
      await emptyTables(database);
      await deliver(deps, ...order.map((one) => [one]), ...order.map((one) => [one]));
      await expectForgotten();
      await emptyTables(database);
      await deliver(deps, order, order);
      await expectForgotten();
    }
  });

  test('is the one that registered anew, where it did: late records of the life before change nothing', async () => {
    const first = [table.putCustomer(ada), table.forgetCustomer('c1')];
    const anew = table.putCustomer(customer('c1', { name: 'Eva', version: 3 }));
    for (const order of permutations([...first, anew])) {
      await emptyTables(database);
      await deliver(deps, ...order.map((one) => [one]));
      await expectForgotten();
    }
  });

  test('leaves its orders to those who ask for an item, with its id and neither name nor address', async () => {
    const held = { customerid: 'c1', items: [{ itemid: 'z1', quantity: 1 }] };
    await deliver(deps, [table.putCustomer(ada), table.put(order('o1', held))], [table.forgetCustomer('c1')]);
    const rows = await database.read((sql) => customersByItem.rows(sql, { itemid: 'z1' }, 10, undefined));
    expect(rows.map(({ row }) => row)).toEqual([
      { customerid: 'c1', name: null, email: null, orderCount: 1, orderids: ['o1'] },
    ]);
    await expectForgotten();
  });
});

describe('records of a forgotten customer in quarantine', () => {
  const bad = (): StreamRecord => record('MODIFY', 'customer#c1', { ...image(ada), version: { N: '0' } });

  test('are let go when the forgetting is projected, and again when all comes again', async () => {
    const created = table.putCustomer(ada);
    const early = [bad(), bad()];
    await deliver(deps, [created], early);
    expect(await quarantinedKeys(database)).toEqual(['customer#c1', 'customer#c1']);
    const forgotten = table.forgetCustomer('c1');
    for (const batches of [[[forgotten]], [early, [forgotten]], [[...early, forgotten]]]) {
      await deliver(deps, ...batches);
      expect(await quarantinedKeys(database)).toEqual([]);
      await expectForgotten();
    }
  });

  test('are let go by a redrive, whatever their place', async () => {
    table.putCustomer(ada);
    await deliver(deps, [table.forgetCustomer('c1')], [bad(), record('INSERT', 'customer#c1', {})]);
    expect(await quarantinedKeys(database)).toEqual(['customer#c1', 'customer#c1']);
    await redrive(['customer#c1'], deps);
    expect(await quarantinedKeys(database)).toEqual([]);
    await expectForgotten();
  });

  test('are let go too where no good record of it ever came', async () => {
    table.putCustomer(ada);
    const early = bad();
    const forgotten = table.forgetCustomer('c1');
    await deliver(deps, [early], [forgotten]);
    expect(await quarantinedKeys(database)).toEqual([]);
    await expectForgotten();
    await deliver(deps, [early, forgotten]);
    expect(await quarantinedKeys(database)).toEqual([]);
    await expectForgotten();
  });

  test('and of others are not', async () => {
    table.putCustomer(ada);
    await deliver(deps, [record('MODIFY', 'customer#c2', {})], [table.forgetCustomer('c1')]);
    expect(await quarantinedKeys(database)).toEqual(['customer#c2']);
  });
});
