/** Records that cannot be projected: they are kept, everything else goes on, and a newer good record makes up for them. */
import { describe, expect, test } from '@jest/globals';
import { OrdersTableUnavailable } from '../../../functions/project-orders/orders-table';
import type { Dependencies } from '../../../functions/project-orders/project-records';
import { expectExact, quarantinedKeys } from '../../support/oracle';
import { useProjected } from '../../support/projected';
import { deliver } from '../../support/projection';
import { image, order, put, record } from '../../support/stream';

const { database, table, deps, exact } = useProjected();

const quarantined = () =>
  database.read((sql) =>
    sql.select(
      'SELECT event_id, CAST(pk AS CHAR) AS pk, CAST(sequence_number AS CHAR) AS sequence, error, record FROM quarantined_changes ORDER BY id',
    ),
  );

const good = image(order('bad'));

const poison: [string, unknown][] = [
  ['no object', 'a string'],
  ['null', null],
  ['no dynamodb', { eventID: 'no-dynamodb', eventName: 'INSERT' }],
  ['no id', { ...record('INSERT', 'order#bad', { ...good, version: undefined }), eventID: undefined }],
  ['an id too long for its column', { ...record('INSERT', 'order#bad', {}), eventID: 'é'.repeat(200) }],
  ['an unknown kind of key', record('INSERT', 'invoice#7', good)],
  ['a key that is no order id', record('INSERT', 'order#b a d', good)],
  ['a key beyond its column', record('INSERT', `order#${'é'.repeat(2000)}`, good)],
  ['a key of another order', record('INSERT', 'order#other', good)],
  ['no image', record('MODIFY', 'order#bad')],
  ['a missing field', record('INSERT', 'order#bad', { ...good, createdBy: undefined })],
  ['a quantity too large', record('INSERT', 'order#bad', { ...good, items: { L: [{ M: { itemid: { S: 'z' }, quantity: { N: '100000001' } } }] } })], // prettier-ignore
  ['a day that does not exist', record('INSERT', 'order#bad', { ...good, orderdate: { S: '2022-02-30T00:00:00Z' } })],
  ['text that SQL would cut or bend', record('INSERT', 'order#bad', { ...good, status: { S: `'; -- \\ \u0000 \ud800 😀` } })], // prettier-ignore
  ['thousands of faults', record('INSERT', 'order#bad', { ...good, items: { L: Array.from({ length: 3000 }, () => ({})) } })], // prettier-ignore
];

describe('poison in the middle of a batch', () => {
  test.each(poison)('%s', async (_, bad) => {
    const batch = [table.put(order('o1')), bad, table.put(order('o2'))];
    const [first] = await deliver(deps, batch, batch);
    expect(first).toMatchObject({
      projected: [{ pk: 'order#o1' }, { pk: 'order#o2' }],
      quarantined: [{ record: bad }],
    });
    await exact();
    const rows = await quarantined();
    expect(rows).toEqual([expect.objectContaining({ record: JSON.stringify(bad) })]);
  });

  test('one bad record among 1,000', async () => {
    const batch: unknown[] = Array.from({ length: 999 }, (_, n) => table.put(order(`o${n}`)));
    batch.splice(500, 0, record('INSERT', 'order#bad', { ...good, version: { S: '1' } }));
    const [summary] = await deliver(deps, batch);
    expect(summary?.projected).toHaveLength(999);
    expect(await quarantinedKeys(database)).toEqual(['order#bad']);
    await exact();
  });

  test('a quarantined record carries all that finding and redriving it takes', async () => {
    const bad = record('INSERT', 'order#bad', { ...good, version: { N: '0' } });
    await deliver(deps, [bad]);
    expect(await quarantined()).toEqual([
      {
        event_id: bad.eventID,
        pk: 'order#bad',
        sequence: bad.dynamodb.SequenceNumber,
        error: 'NewImage: version.N: must be a whole number from 1',
        record: JSON.stringify(bad),
      },
    ]);
  });
});

describe('healing', () => {
  const badVersion = (orderid: string) => table.putJunk(orderid, { pk: { S: `order#${orderid}` } });

  test('a good version after a bad one, in a later batch', async () => {
    await deliver(deps, [badVersion('o1'), badVersion('o2')]);
    expect(await quarantinedKeys(database)).toEqual(['order#o1', 'order#o2']);
    await deliver(deps, [table.put(order('o1', { version: 2 }))]);
    expect(await quarantinedKeys(database)).toEqual(['order#o2']);
    await exact();
  });

  test('a good version after a bad one, in one batch, leaves nothing in quarantine', async () => {
    const [summary] = await deliver(deps, [badVersion('o1'), table.put(order('o1', { version: 2 }))]);
    expect(summary).toMatchObject({ quarantined: [], skipped: 1 });
    expect(await quarantinedKeys(database)).toEqual([]);
    await exact();
  });

  test('a bad version after a good one: the good one is projected, the bad one kept, also when all comes again', async () => {
    const batch = [table.put(order('o1')), badVersion('o1')];
    await deliver(deps, batch, batch, batch.slice(0, 1));
    expect(await quarantinedKeys(database)).toEqual(['order#o1']);
    await expectExact(database, [order('o1')]);
  });

  test('a record that was projected before heals too: its order had a bad record delivered again', async () => {
    const bad = badVersion('o1');
    const better = table.put(order('o1', { version: 2 }));
    await deliver(deps, [bad], [better], [bad], [better]);
    expect(await quarantinedKeys(database)).toEqual([]);
  });

  describe('a version that is projected already, repaired by hand', () => {
    const quantity = (n: number) => order('o1', { items: [{ itemid: 'z', quantity: n }] });
    const badQuantity = () => badVersion('o1');

    test('is projected as it is in the table before its record is let go', async () => {
      await deliver(deps, [table.put(quantity(3))], [badQuantity()]);
      expect(await quarantinedKeys(database)).toEqual(['order#o1']);
      await deliver(deps, [table.put(quantity(7))]);
      expect(await quarantinedKeys(database)).toEqual([]);
      await exact();
    });

    test('the same where the bad write and the repair are in one batch', async () => {
      await deliver(deps, [table.put(quantity(3))], [badQuantity(), table.put(quantity(7))]);
      expect(await quarantinedKeys(database)).toEqual([]);
      await exact();
    });

    test('and back at an older version', async () => {
      await deliver(deps, [table.put({ ...quantity(3), version: 4 })], [badQuantity()], [table.put(quantity(7))]);
      expect(await quarantinedKeys(database)).toEqual([]);
      await exact();
    });

    test('stays in quarantine where the table holds a bad item again', async () => {
      await deliver(deps, [table.put(quantity(3))], [badQuantity()]);
      const repaired = table.put(quantity(7));
      badQuantity();
      await deliver(deps, [repaired]);
      expect(new Set(await quarantinedKeys(database))).toEqual(new Set(['order#o1']));
      await expectExact(database, [quantity(3)]);
    });

    test('asks the table for nothing but what has a record in quarantine', async () => {
      const asked: string[] = [];
      const watched: Dependencies = { ...deps, ordersTable: { read: (pks) => (asked.push(...pks), table.read(pks)) } };
      const healthy = table.put(order('o2'));
      await deliver(watched, [healthy, table.put(quantity(3))], [badQuantity()], [healthy], [table.put(quantity(7))]);
      expect(asked).toEqual(['order#o1']);
    });
  });

  test.each(['order#bad id', 'stray', 'item#'])(
    'the deletion of %j, which can be no subject, heals and projects nothing',
    async (pk) => {
      const [written, gone] = [record('INSERT', pk, good), record('REMOVE', pk)];
      await deliver(deps, [written]);
      expect(await quarantinedKeys(database)).toEqual([pk]);
      const [summary] = await deliver(deps, [gone]);
      expect(summary).toMatchObject({ projected: [], quarantined: [], skipped: 1 });
      expect(await quarantinedKeys(database)).toEqual([]);
      await deliver(deps, [written, gone]);
      expect(await quarantinedKeys(database)).toEqual([]);
      await deliver(deps, [record('INSERT', pk, good)], [gone]);
      expect(await quarantinedKeys(database)).toEqual([pk]);
      await exact();
    },
  );

  test('a deletion heals', async () => {
    await deliver(deps, [badVersion('o1')], [table.remove('o1')]);
    expect(await quarantinedKeys(database)).toEqual([]);
  });

  test('an item of bad shape, read from the table, leaves the row as it is', async () => {
    const created = table.put(order('o1'));
    await deliver(deps, [created]);
    const removed = table.remove('o1');
    badVersion('o1');
    const [summary] = await deliver(deps, [removed]);
    expect(summary).toMatchObject({ projected: [], quarantined: [{ pk: 'order#o1' }] });
    await expectExact(database, [order('o1')]);
  });
});

describe('data that the database refuses, and failures that nobody expected', () => {
  test('the one order that makes a statement fail is found and kept, the rest goes on', async () => {
    const batch = Array.from({ length: 9 }, (_, n) => table.put(order(`o${n}`)));
    await database.transaction((sql) => sql.run("INSERT INTO item_sales VALUES ('full', 9223372036854775807, 1)"));
    batch.splice(4, 0, put(order('bad', { items: [{ itemid: 'full', quantity: 1 }] })));
    const [summary] = await deliver(deps, batch);
    expect(summary?.projected).toHaveLength(9);
    expect(summary?.quarantined).toMatchObject([{ pk: 'order#bad', error: expect.stringMatching(/out of range/i) }]);
    expect(await quarantinedKeys(database)).toEqual(['order#bad']);
    await database.transaction((sql) => sql.run("DELETE FROM item_sales WHERE itemid = 'full'"));
    await exact();
  });

  test('an unexpected exception counts as the fault of the record that meets it', async () => {
    const fragile: Dependencies = {
      ...deps,
      ordersTable: {
        read: (pks) => (pks.includes('order#bad') ? Promise.reject(new TypeError('surprise')) : table.read(pks)),
      },
    };
    const batch = [table.put(order('o1')), table.remove('bad'), table.remove('gone')];
    const [summary] = await deliver(fragile, batch);
    expect(summary?.projected.map(({ pk }) => pk)).toEqual(['order#o1', 'order#gone']);
    expect(await quarantinedKeys(database)).toEqual(['order#bad']);
    await exact();
  });

  test('a table that cannot be read is nobody’s fault: it is thrown, and nothing is written', async () => {
    const away: Dependencies = {
      ...deps,
      ordersTable: { read: () => Promise.reject(new OrdersTableUnavailable('away')) },
    };
    const batch = [table.put(order('o1')), table.remove('o2')];
    await expect(deliver(away, batch)).rejects.toThrow(OrdersTableUnavailable);
    await expectExact(database, []);
    await deliver(deps, batch);
    await exact();
    expect(await quarantinedKeys(database)).toEqual([]);
  });
});
