/** What the projection makes of orders that are created, changed, cancelled and deleted, in whatever order it hears of it. */
import { describe, expect, test } from '@jest/globals';
import { useProjected } from '../../support/projected';
import { deliver, dependencies } from '../../support/projection';
import { order } from '../../support/stream';

const { database, table, deps, exact } = useProjected();

const latestDays = (): Promise<{ itemid: string; day: string | null }[]> =>
  database.read((sql) =>
    sql.select('SELECT itemid, MAX(orderday) AS day FROM daily_item_sales WHERE orders > 0 GROUP BY itemid'),
  );

describe('orders that change', () => {
  test('a batch projected twice counts once', async () => {
    const batch = [table.put(order('o1')), table.put(order('o2', { items: [{ itemid: 'z1', quantity: 5 }] }))];
    const [first, second] = await deliver(deps, batch, batch);
    expect(first).toMatchObject({ projected: [{ pk: 'order#o1' }, { pk: 'order#o2' }], skipped: 0 });
    expect(second).toMatchObject({ projected: [], skipped: 2 });
    await exact();
  });

  test('an old version after a newer one changes nothing', async () => {
    const old = table.put(order('o1', { items: [{ itemid: 'z1', quantity: 9 }] }));
    const newer = table.put(order('o1', { version: 2 }));
    const [, second] = await deliver(deps, [newer], [old]);
    expect(second).toMatchObject({ projected: [], skipped: 1 });
    await exact();
  });

  test('several versions in one batch: the newest stays, wherever it stands', async () => {
    const versions = [1, 2, 3].map((version) =>
      table.put(order('o1', { version, items: [{ itemid: 'z1', quantity: version }] })),
    );
    const [summary] = await deliver(deps, [versions[2], versions[0], versions[1]]);
    expect(summary).toMatchObject({
      projected: [{ pk: 'order#o1', version: 3, eventId: 'event-of-o1-3' }],
      skipped: 2,
    });
    await exact();
  });

  test('an item that leaves an order leaves its sales', async () => {
    const items = [{ itemid: 'a', quantity: 1 }, { itemid: 'b', quantity: 2 }, { itemid: 'c', quantity: 3 }]; // prettier-ignore
    await deliver(deps, [table.put(order('o1', { items }))]);
    await exact();
    const fewer = [{ itemid: 'a', quantity: 4 }, { itemid: 'c', quantity: 3 }]; // prettier-ignore
    await deliver(deps, [table.put(order('o1', { items: fewer, version: 2 }))]);
    await exact();
  });

  test('when the latest order of an item goes, the day of its latest order goes back', async () => {
    await deliver(deps, [
      table.put(order('o1', { orderdate: '2022-09-30T23:59:59Z' })),
      table.put(order('o2', { orderdate: '2022-10-01T00:00:00Z' })),
    ]);
    expect(await latestDays()).toEqual([{ itemid: 'z1', day: '2022-10-01' }]);
    await deliver(deps, [
      table.put(order('o2', { orderdate: '2022-10-01T00:00:00Z', version: 2, status: 'cancelled' })),
    ]);
    expect(await latestDays()).toEqual([{ itemid: 'z1', day: '2022-09-30' }]);
    await exact();
  });

  test('a cancelled order keeps its items and counts in no summary, also when cancelled before it was seen', async () => {
    await deliver(deps, [
      table.put(order('o1', { customerid: 'c1' })),
      table.put(order('o2', { status: 'cancelled', version: 2 })),
    ]);
    await deliver(deps, [table.put(order('o1', { customerid: 'c1', status: 'cancelled', version: 2 }))]);
    await exact();
    expect(await latestDays()).toEqual([]);
  });
});

describe('orders that are deleted', () => {
  test('a deleted order leaves a tombstone, which late images do not bring to life', async () => {
    const created = table.put(order('o1'));
    const removed = table.remove('o1');
    const [, , third] = await deliver(deps, [created], [removed], [created]);
    expect(third).toMatchObject({ projected: [], skipped: 1 });
    await exact();
    const rows = await database.read((sql) => sql.select('SELECT orderid, status, version FROM orders'));
    expect(rows).toEqual([{ orderid: 'o1', status: 'deleted', version: 1 }]);
  });

  test('a deletion heard of before the creation', async () => {
    const created = table.put(order('o1'));
    await deliver(deps, [table.remove('o1')], [created]);
    await exact();
  });

  test.each(['another', 'the same'])(
    'deleted and created again with %s key: the old life changes nothing',
    async (key) => {
      const oldLife = [1, 2, 3].map((version) =>
        table.put(order('o1', { version, items: [{ itemid: 'z1', quantity: 10 * version }] })),
      );
      const removed = table.remove('o1');
      const again = order('o1', {
        orderdate: '2022-11-01T00:00:00Z',
        ...(key === 'another' ? { createdBy: 'k2' } : {}),
      });
      const newLife = [table.put(again), table.put({ ...again, version: 2, items: [{ itemid: 'z2', quantity: 1 }] })];
      await deliver(deps, oldLife, [removed], newLife);
      await exact();
      await deliver(deps, oldLife, [newLife[0]], [removed], [...oldLife, removed]);
      await exact();
    },
  );

  test('deleted and created again by the same event, within one batch', async () => {
    const first = [table.put(order('o1')), table.put(order('o1', { version: 2 }))];
    await deliver(deps, first);
    await deliver(deps, [table.remove('o1'), table.put(order('o1', { items: [{ itemid: 'z3', quantity: 7 }] }))]);
    await exact();
  });

  test('deleted and created again, and the first life comes last', async () => {
    const first = table.put(order('o1', { version: 5 }));
    table.remove('o1');
    const second = table.put(order('o1', { createdBy: 'k2' }));
    await deliver(deps, [second], [first]);
    await exact();
    await deliver(deps, [first, second]);
    await exact();
  });
});

describe('bounds', () => {
  test('ids that differ only in case are different ids', async () => {
    const items = [{ itemid: 'Z1', quantity: 1 }, { itemid: 'z1', quantity: 2 }]; // prettier-ignore
    await deliver(deps, [table.put(order('O1', { items })), table.put(order('o1', { items }))]);
    await exact();
    await deliver(deps, [table.put(order('O1', { version: 2, items: items.slice(1) }))]);
    await exact();
  });

  test('the longest ids, the largest quantities, the most items, the last year', async () => {
    const items = Array.from({ length: 100 }, (_, n) => ({
      itemid: String(n).padStart(64, ':'),
      quantity: 100_000_000,
    }));
    const orderid = '._:-'.padEnd(64, 'Z');
    const longest = { items, customerid: 'c'.repeat(64), createdBy: 'k'.repeat(64), orderdate: '9999-12-31T23:59:59Z' };
    await deliver(deps, [
      table.put(order(orderid, { ...longest, version: 1_000_000_000 })),
      table.put(order('o2', { ...longest, orderdate: '1970-01-01T00:00:00Z' })),
    ]);
    await exact();
  });

  test('an empty batch asks for nothing', async () => {
    const nothing = dependencies({ ...database, transaction: () => Promise.reject(new Error('asked')) }, table);
    expect(await deliver(nothing, [])).toEqual([{ projected: [], quarantined: [], skipped: 0, retries: 0 }]);
  });

  test('a batch of 1,000 orders, then all of them changed', async () => {
    const ids = Array.from({ length: 1000 }, (_, n) => `o${n}`);
    const items = (n: number) => [{ itemid: `z${n % 50}`, quantity: 1 + n }, { itemid: 'z99', quantity: 1 }]; // prettier-ignore
    const [first] = await deliver(
      deps,
      ids.map((id, n) => table.put(order(id, { items: items(n) }))),
    );
    expect(first?.projected).toHaveLength(1000);
    await exact();
    await deliver(
      deps,
      ids.map((id, n) => table.put(order(id, { version: 2, items: items(n + 1) }))),
    );
    await exact();
  });

  test('an order with more rows than one statement carries', async () => {
    const items = Array.from({ length: 100 }, (_, n) => ({ itemid: `z${n}`, quantity: 1 }));
    await deliver(
      deps,
      Array.from({ length: 201 }, (_, n) => table.put(order(`o${n}`, { items }))),
    );
    await exact();
  });
});
