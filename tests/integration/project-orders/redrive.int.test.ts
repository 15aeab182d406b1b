/** Projecting again what a person names, once the reason of its quarantine is gone. */
import { expect, test } from '@jest/globals';
import type { Dependencies } from '../../../functions/project-orders/project-records';
import { redrive } from '../../../functions/project-orders/redrive';
import { quarantinedKeys } from '../../support/oracle';
import { useProjected } from '../../support/projected';
import { deliver, dependencies } from '../../support/projection';
import { customer, item, order, record } from '../../support/stream';

const { own, database, table, deps, exact } = useProjected();

/** A row that somebody wrote by hand, and what the stream made of it. */
const writeByHand = (pk: string) => deliver(deps, [table.putJunkAt(pk, { pk: { S: pk }, note: { S: 'by hand' } })]);

test('repaired rows of every kind are projected and leave the quarantine, although the stream told nothing of it', async () => {
  const keys = ['order#o1', 'customer#c1', 'item#z1'];
  for (const pk of keys) await writeByHand(pk);
  expect(await quarantinedKeys(database)).toEqual(keys);
  table.put(order('o1'));
  table.putCustomer(customer('c1'));
  table.putItem(item('z1'));
  expect(await redrive(keys, deps)).toEqual({ redriven: keys, quarantined: [] });
  expect(await quarantinedKeys(database)).toEqual([]);
  await exact();
  expect(await redrive(keys, deps)).toEqual({ redriven: keys, quarantined: [] });
  await exact();
});

test('what is still bad stays in quarantine, once, and keeps nothing else from being redriven', async () => {
  await writeByHand('order#bad');
  await writeByHand('order#good');
  table.put(order('good'));
  for (let times = 0; times < 2; times += 1) {
    const keys = ['order#bad', 'order#good', 'invoice#7'];
    expect(await redrive(keys, deps)).toEqual({ redriven: ['order#good', 'invoice#7'], quarantined: ['order#bad'] });
    expect(await quarantinedKeys(database)).toEqual(['order#bad']);
  }
  await exact();
});

test('a key that no subject can have stays in quarantine while its item is there, and leaves it when that is gone', async () => {
  const keys = ['order#bad id', 'stray'];
  for (const pk of keys) await writeByHand(pk);
  expect(await redrive(keys, deps)).toEqual({ redriven: [], quarantined: keys });
  expect(await quarantinedKeys(database)).toEqual(keys);
  table.dropJunk();
  expect(await redrive(keys, deps)).toEqual({ redriven: keys, quarantined: [] });
  expect(await quarantinedKeys(database)).toEqual([]);
  await exact();
});

test('a bad row that was not in quarantine gets there, and its next good version heals it', async () => {
  table.putJunk('o1', { pk: { S: 'order#o1' } });
  expect(await redrive(['order#o1'], deps)).toEqual({ redriven: [], quarantined: ['order#o1'] });
  expect(await quarantinedKeys(database)).toEqual(['order#o1']);
  await deliver(deps, [table.put(order('o1', { version: 2 }))]);
  expect(await quarantinedKeys(database)).toEqual([]);
  await exact();
});

test('a deleted row leaves the quarantine and the read model', async () => {
  await deliver(deps, [table.put(order('o1'))]);
  await writeByHand('order#o1');
  table.remove('o1');
  expect(await redrive(['order#o1'], deps)).toEqual({ redriven: ['order#o1'], quarantined: [] });
  expect(await quarantinedKeys(database)).toEqual([]);
  await exact();
});

test('a record that is quarantined while its key is redriven stays', async () => {
  await writeByHand('order#o1');
  table.put(order('o1'));
  const late = record('MODIFY', 'order#o1', { pk: { S: 'order#o1' } });
  const meanwhile: Dependencies = {
    ...deps,
    ordersTable: {
      read: async (pks) => {
        const items = await table.read(pks);
        await deliver(dependencies(own.connect(), table), [late]);
        return items;
      },
    },
  };
  await redrive(['order#o1'], meanwhile);
  expect(await quarantinedKeys(database)).toEqual(['order#o1']);
});
