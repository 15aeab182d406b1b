/**
 * `reconcile` on the real projector and a real database, with a table in memory: each kind of difference is planted by hand, must be
 * named and nothing else, and mended.
 */
import { describe, expect, test } from '@jest/globals';
import { reconcile as ask } from '../../functions/project-orders/reconcile';
import { writeUnbooked, type UnbookedSale } from '../../functions/shared/unbooked-sales';
import type { Found } from '../../cli/reconcile';
import { ALL_DAILY_ITEM_SALES, ALL_ITEM_SALES, ALL_MONTHLY_ITEM_SALES } from '../support/all-sales';
import { emptyTables } from '../support/database';
import { directReadModel } from '../support/direct-read-model';
import { cli, MemoryPipeline } from '../support/memory-pipeline';
import { useProjected } from '../support/projected';
import { deliver, dependencies } from '../support/projection';
import { below, oneOf, readNumber, readSeed, seededRandom, shuffled } from '../support/random';
import { stepOfLife } from '../support/random-lives';
import { customer, item, order, type StreamRecord } from '../support/stream';

const SEED = readSeed();
const random = seededRandom(SEED);

const { own, database, table, deps, exact } = useProjected();

const project = (...batches: StreamRecord[][]) => deliver(deps, ...batches);
const run = (statement: string) => database.read((sql) => sql.run(statement));

type Result = Found & { readonly repaired?: { readonly keys: number; readonly sums: number } };

/** The tool, on this table and this database. */
async function reconcile(
  args: readonly string[] = [],
  whilePausing: () => Promise<unknown> = () => Promise.resolve(),
): Promise<{ code: number; stderr: string; result: Result }> {
  const pipeline = new MemoryPipeline();
  pipeline.tableKeys = shuffled([...table.keys()], random);
  const readModel = directReadModel(database, table);
  const pause = async (): Promise<void> => {
    await whilePausing();
  };
  const ended = await cli(Object.assign(pipeline, { readModel }), ['reconcile', '--json', ...args], {}, undefined, pause); // prettier-ignore
  if (ended.stdout === '') throw new Error(ended.stderr);
  return { code: ended.code, stderr: ended.stderr, result: JSON.parse(ended.stdout) as Result };
}

const someItems = () => ['z1', 'z2', 'z3'].slice(below(3, random)).map((itemid) => ({ itemid, quantity: 1 + below(9, random) })); // prettier-ignore

/** So many that a batch of such orders is set aside. */
const manyItems = () => [...someItems(), ...Array.from({ length: 7 }, (_, n) => ({ itemid: `zz${n}`, quantity: 1 + below(9, random) }))]; // prettier-ignore

/** Orders of every kind, customers, one of them forgotten, items; and tombstones. */
async function fill(): Promise<void> {
  const made = Array.from({ length: 40 }, (_, n) => table.put(order(`o${n}`, { customerid: `c${n % 3}`, items: n === 1 ? [{ itemid: 'z1', quantity: 2 }, { itemid: 'z2', quantity: 3 }] : someItems() }))); // prettier-ignore
  const registered = ['c0', 'c1', 'c2'].map((id) => table.putCustomer(customer(id)));
  const items = ['z1', 'z2', 'z3'].map((id) => table.putItem(item(id)));
  await project([...made, ...registered, ...items]);
  const change = (n: number, more: object): StreamRecord => table.put({ ...order(`o${n}`), customerid: 'c1', version: 2, ...more }); // prettier-ignore
  await project([change(2, {}), change(3, { status: 'cancelled' }), table.remove('o4'), table.forgetCustomer('c2'), table.removeItem('z3')]); // prettier-ignore
  await exact();
}

const NOTHING = { lag: 0, quarantined: [], differences: [], sums: [], isCut: false };

test('an exact read model has no difference, with tombstones, forgotten customers and ids that were used again', async () => {
  await fill();
  await project([table.put(order('o4', { items: someItems() })), table.putItem(item('z3', { tags: [] }))]);
  expect(await reconcile()).toMatchObject({ code: 0, result: { ...NOTHING, modelKeys: 45, tableKeys: 46 } });
});

test(`whatever lives there were, there is no difference (SEED=${SEED})`, async () => {
  for (let n = 0; n < readNumber('LIVES', 20); n += 1) {
    await emptyTables(database);
    table.empty();
    for (let step = 0; step < 40; step += 1) await project([stepOfLife(table, random, step)]);
    const { code, result } = await reconcile(['--wait', '0']);
    expect({ code, ...result }).toMatchObject({ code: 0, ...NOTHING, quarantined: expect.anything() });
    expect(new Set(result.quarantined.map(({ key }) => key))).toEqual(table.junkKeys());
  }
});

/** A damage by hand, and what must be found: keys that differ, and rows of summaries. */
interface Planted {
  readonly statements: readonly string[];
  readonly keys?: readonly object[];
  readonly sums?: readonly object[];
}

const sold = (itemid: string): { due: number[]; days: Map<string, number[]> } => {
  const days = new Map<string, number[]>();
  const due = [0, 0];
  for (const { status, orderdate, items } of table.orders())
    for (const { quantity } of status === 'active' ? items.filter((one) => one.itemid === itemid) : []) {
      const day = days.get(orderdate.slice(0, 10)) ?? [0, 0];
      days.set(orderdate.slice(0, 10), [Number(day[0]) + quantity, Number(day[1]) + 1]);
      due[0] = Number(due[0]) + quantity;
      due[1] = Number(due[1]) + 1;
    }
  return { due, days };
};
const DAY = '2022-10-05';
const AT = '2022-10-05 10:00:00';
const plus = ([ordered = 0, orders = 0]: number[], more: number, moreOrders = 0) => [
  ordered + more,
  orders + moreOrders,
];

/** What all three sums of an item are off by, of a day. */
const allSums = (itemid: string, due: number[], has: number[], day = DAY): object[] => [
  { table: 'item_sales', key: [itemid], due, has },
  { table: 'daily_item_sales', key: [itemid, day], due, has },
  { table: 'monthly_item_sales', key: [itemid, day.slice(0, 7).replace('-', '')], due, has },
];

/** Made when the tables are full: what is due depends on them. */
const DAMAGES: Readonly<Record<string, () => Planted>> = {
  'an item’s sum is off': () => ({
    statements: ["UPDATE item_sales SET ordered = ordered + 5 WHERE itemid = 'z1'"],
    sums: [{ table: 'item_sales', key: ['z1'], due: sold('z1').due, has: plus(sold('z1').due, 5) }],
  }),
  'an item’s sum is gone': () => ({
    statements: ["DELETE FROM item_sales WHERE itemid = 'z2'"],
    sums: [{ table: 'item_sales', key: ['z2'], due: sold('z2').due, has: [0, 0] }],
  }),
  'all sums are gone': () => ({
    statements: ['DELETE FROM item_sales', 'DELETE FROM daily_item_sales', 'DELETE FROM monthly_item_sales'],
    sums: ['z1', 'z2', 'z3'].flatMap((itemid) => allSums(itemid, sold(itemid).due, [0, 0])),
  }),
  'a sum of what nobody ordered': () => ({
    statements: ["INSERT INTO item_sales VALUES ('zz', 7, 1)"],
    sums: [{ table: 'item_sales', key: ['zz'], due: [0, 0], has: [7, 1] }],
  }),
  'a day’s sum is off, and another’s is on the wrong day': () => ({
    statements: [
      `UPDATE daily_item_sales SET orders = orders - 1 WHERE itemid = 'z1'`,
      `UPDATE daily_item_sales SET orderday = '2022-10-06' WHERE itemid = 'z2'`,
    ],
    sums: [
      { table: 'daily_item_sales', key: ['z1', DAY], due: sold('z1').due, has: plus(sold('z1').due, 0, -1) },
      { table: 'daily_item_sales', key: ['z2', DAY], due: sold('z2').due, has: [0, 0] },
      { table: 'daily_item_sales', key: ['z2', '2022-10-06'], due: [0, 0], has: sold('z2').due },
    ],
  }),
  'a month’s sum is off, one is gone, and one is of a month in which nobody ordered': () => ({
    statements: [
      `UPDATE monthly_item_sales SET ordered = ordered - 1 WHERE itemid = 'z1'`,
      `DELETE FROM monthly_item_sales WHERE itemid = 'z2'`,
      `INSERT INTO monthly_item_sales VALUES ('z3', 202209, 3, 0)`,
    ],
    sums: [
      { table: 'monthly_item_sales', key: ['z1', '202210'], due: sold('z1').due, has: plus(sold('z1').due, -1) },
      { table: 'monthly_item_sales', key: ['z2', '202210'], due: sold('z2').due, has: [0, 0] },
      { table: 'monthly_item_sales', key: ['z3', '202209'], due: [0, 0], has: [3, 0] },
    ],
  }),
  'what is set aside was never ordered, or was booked already': () => ({
    statements: [
      `INSERT INTO unbooked_sales (sales) VALUES ('[["z1", "${DAY}", 4, 1], ["a0", "2022-10-06", 7, 2]]'), ('[["z1", "${DAY}", 3, 1], ["zz", "2022-11-06", 9, 3]]')`,
    ],
    sums: [
      ...allSums('z1', sold('z1').due, plus(sold('z1').due, 7, 2)),
      ...allSums('a0', [0, 0], [7, 2], '2022-10-06'),
      ...allSums('zz', [0, 0], [9, 3], '2022-11-06'),
    ],
  }),
  'somebody holds what was not ordered, and what was is not held': () => ({
    statements: [
      `INSERT INTO held_orders VALUES ('z1', 'c0', '${AT}', 'o3'), ('z9', 'c1', '${AT}', 'o1'), ('z1', 'c1', '${AT}', 'never')`,
      "DELETE FROM held_orders WHERE itemid = 'z2' AND orderid = 'o1'",
    ],
    sums: [
      { table: 'held_orders', key: ['z1', 'c0', AT, 'o3'], due: [0], has: [1] },
      { table: 'held_orders', key: ['z1', 'c1', AT, 'never'], due: [0], has: [1] },
      { table: 'held_orders', key: ['z9', 'c1', AT, 'o1'], due: [0], has: [1] },
      { table: 'held_orders', key: ['z2', 'c1', AT, 'o1'], due: [1], has: [0] },
    ],
  }),
  'the customers’ count is off': () => ({
    statements: ['UPDATE counts SET total = 9'],
    sums: [{ table: 'counts', key: ['customers'], due: [2], has: [9] }],
  }),
  'the customers’ count is gone': () => ({
    statements: ['DELETE FROM counts'],
    sums: [{ table: 'counts', key: ['customers'], due: [2], has: [0] }],
  }),
  'lines and tags of nothing': () => ({
    statements: [
      "INSERT INTO order_items VALUES ('never', 'z1', 4), ('o4', 'z1', 1)",
      "INSERT INTO item_tags VALUES ('z7', 'red')",
    ],
    sums: [
      { table: 'order_items', key: ['never'], due: [0], has: [1] },
      { table: 'order_items', key: ['o4'], due: [0], has: [1] },
      { table: 'item_tags', key: ['z7'], due: [0], has: [1] },
    ],
  }),
  'an order’s row is behind': () => ({
    statements: ["UPDATE orders SET version = 1 WHERE orderid = 'o2'"],
    keys: [{ key: 'order#o2', kind: 'behind', table: 2, model: 1 }],
  }),
  'an order’s row is ahead': () => ({
    statements: ["UPDATE orders SET version = 7 WHERE orderid = 'o2'"],
    keys: [{ key: 'order#o2', kind: 'ahead', table: 2, model: 7 }],
  }),
  'rows with another content': () => ({
    statements: [
      "UPDATE orders SET created_by = 'somebody' WHERE orderid = 'o1'",
      "UPDATE customers SET name = 'Eve' WHERE customerid = 'c0'",
      "UPDATE items SET name = 'Thing' WHERE itemid = 'z1'",
      "DELETE FROM item_tags WHERE itemid = 'z2'",
    ],
    keys: [
      { key: 'customer#c0', kind: 'differs', table: 1, model: 1, what: 'name' },
      { key: 'item#z1', kind: 'differs', table: 1, model: 1, what: 'name' },
      { key: 'item#z2', kind: 'differs', table: 1, model: 1, what: 'tags' },
      { key: 'order#o1', kind: 'differs', table: 1, model: 1, what: 'createdBy' },
    ],
  }),
  'a forgotten customer’s name is back': () => ({
    statements: ["UPDATE customers SET name = 'Bob' WHERE customerid = 'c2'"],
    keys: [{ key: 'customer#c2', kind: 'differs', table: 2, what: 'name' }],
  }),
  'a line is gone: the sums count it still': () => ({
    statements: ["DELETE FROM order_items WHERE orderid = 'o1' AND itemid = 'z2'"],
    keys: [{ key: 'order#o1', kind: 'differs', table: 1, model: 1, what: 'items' }],
    sums: [
      ...allSums('z2', plus(sold('z2').due, -3, -1), sold('z2').due),
      { table: 'held_orders', key: ['z2', 'c1', AT, 'o1'], due: [0], has: [1] },
    ],
  }),
  'a row is gone, its lines are not': () => ({
    statements: ["DELETE FROM orders WHERE orderid = 'o1'", "DELETE FROM customers WHERE customerid = 'c0'", "DELETE FROM items WHERE itemid = 'z1'"], // prettier-ignore
    keys: [
      { key: 'customer#c0', kind: 'missing', table: 1 },
      { key: 'item#z1', kind: 'missing', table: 1 },
      { key: 'order#o1', kind: 'missing', table: 1 },
    ],
    sums: [
      ...['z1', 'z2'].flatMap((itemid) => {
        const { due } = sold(itemid);
        return [
          ...allSums(itemid, plus(due, itemid === 'z1' ? -2 : -3, -1), due),
          { table: 'held_orders', key: [itemid, 'c1', AT, 'o1'], due: [0], has: [1] },
        ];
      }),
      { table: 'order_items', key: ['o1'], due: [0], has: [2] },
      { table: 'item_tags', key: ['z1'], due: [0], has: [2] },
      { table: 'counts', key: ['customers'], due: [1], has: [2] },
    ],
  }),
  'what nobody ever wrote is there': () => ({
    statements: [
      `INSERT INTO orders VALUES ('extra', 'c1', 'active', 3, '${AT}', 'k')`,
      "INSERT INTO order_items VALUES ('extra', 'z1', 4)",
      "INSERT INTO items VALUES ('extra', 'Extra', 'active', 1, 'k')",
    ],
    keys: [
      { key: 'item#extra', kind: 'extra', model: 1 },
      { key: 'order#extra', kind: 'extra', model: 3 },
    ],
    sums: [
      ...allSums('z1', plus(sold('z1').due, 4, 1), sold('z1').due),
      { table: 'held_orders', key: ['z1', 'c1', AT, 'extra'], due: [1], has: [0] },
    ],
  }),
  'a tombstone lives again': () => ({
    statements: ["UPDATE orders SET status = 'cancelled' WHERE orderid = 'o4'"],
    keys: [{ key: 'order#o4', kind: 'extra', model: 1 }],
  }),
};

const sorted = (list: readonly object[]): string[] => list.map((one) => JSON.stringify(one)).sort();
const shown = ({ key, kind, table: of, model, what }: Found['differences'][number]) => ({ key, kind, ...(of !== undefined && { table: of }), ...(model !== undefined && { model }), ...(what !== undefined && kind !== 'extra' && { what }) }); // prettier-ignore

describe('a damage is named, just that, and mended', () => {
  test.each(Object.entries(DAMAGES))('%s', async (_, plant) => {
    await fill();
    const { statements, keys = [], sums = [] } = plant();
    for (const statement of statements) expect(await run(statement)).toBeGreaterThan(0);

    const { code, result } = await reconcile();
    expect(code).toBe(6);
    expect(sorted(result.differences.map(shown))).toEqual(sorted(keys));
    expect(sorted(result.sums)).toEqual(sorted(sums));
    expect(result).toMatchObject({ lag: 0, quarantined: [] });

    const mended = await reconcile(['--repair']);
    expect(mended).toMatchObject({ code: 0, result: { ...NOTHING, repaired: { keys: keys.length } } });
    await exact();
  });

  test(`and so are all at once (SEED=${SEED})`, async () => {
    await fill();
    for (const plant of shuffled(Object.values(DAMAGES), random))
      for (const statement of plant().statements) await run(statement).catch(() => 0); // some have their key by then
    expect(await reconcile()).toMatchObject({ code: 6 });
    expect(await reconcile(['--repair'])).toMatchObject({ code: 0, result: NOTHING });
    await exact();
  });
});

describe('sales that are set aside', () => {
  const rowsOf = <Row extends object>(statement: string) => database.read((sql) => sql.select<Row>(statement));
  const unbookedRows = () => rowsOf('SELECT id, sales FROM unbooked_sales ORDER BY id');

  /** As if nothing had been booked yet, in two rows. */
  async function setAllAside(): Promise<void> {
    const sums = await rowsOf<{ itemid: string; orderday: string; ordered: number; orders: number }>('SELECT * FROM daily_item_sales WHERE orders > 0 ORDER BY itemid'); // prettier-ignore
    const sales = sums.map(({ itemid, orderday, ordered, orders }): UnbookedSale => [itemid, orderday, ordered, orders]); // prettier-ignore
    expect(sales.map(([itemid]) => itemid)).toEqual(['z1', 'z2', 'z3']);
    for (const which of ['item_sales', 'daily_item_sales', 'monthly_item_sales']) await run(`DELETE FROM ${which}`);
    for (const some of [sales.slice(0, 1), sales.slice(1)])
      await database.read((sql) => sql.run('INSERT INTO unbooked_sales (sales) VALUES (?)', [writeUnbooked(some)]));
  }

  test('are no difference, and stay as they are', async () => {
    await fill();
    await setAllAside();
    const unbooked = await unbookedRows();
    expect(unbooked).toHaveLength(2);
    expect(await reconcile()).toMatchObject({ code: 0, result: NOTHING });
    expect(await unbookedRows()).toEqual(unbooked);
    await exact();
  });

  test('are seen by the judges that read sums by SQL, with what is booked', async () => {
    await fill();
    await setAllAside();
    await run("INSERT INTO item_sales VALUES ('z1', 4, 1), ('gone', 0, 0)");
    await run(`INSERT INTO daily_item_sales VALUES ('z1', '${DAY}', 4, 1), ('gone', '${DAY}', 0, 0)`);
    await run("INSERT INTO monthly_item_sales VALUES ('z1', 202210, 4, 1), ('gone', 202210, 0, 0)");
    const sums = ['z1', 'z2', 'z3'].map((itemid) => {
      const [ordered, orders] = plus(sold(itemid).due, itemid === 'z1' ? 4 : 0, itemid === 'z1' ? 1 : 0);
      return { itemid, ordered, orders };
    });
    expect(await rowsOf(`SELECT * FROM ${ALL_ITEM_SALES} sales ORDER BY itemid`)).toEqual(sums);
    expect(await rowsOf(`SELECT * FROM ${ALL_DAILY_ITEM_SALES} sales ORDER BY itemid`)).toEqual(sums.map((sum) => ({ ...sum, orderday: DAY }))); // prettier-ignore
    expect(await rowsOf(`SELECT * FROM ${ALL_MONTHLY_ITEM_SALES} sales ORDER BY itemid`)).toEqual(sums.map((sum) => ({ ...sum, month: 202210 }))); // prettier-ignore
  });

  test('are booked where a sum is mended, all of them, and what was right before is', async () => {
    await fill();
    const [sums, days, months] = await Promise.all(['item_sales', 'daily_item_sales', 'monthly_item_sales'].map((which) => rowsOf(`SELECT * FROM ${which}`))); // prettier-ignore
    await setAllAside();
    await run(`INSERT INTO daily_item_sales VALUES ('z1', '${DAY}', -5, 1), ('z1', '2022-10-07', 2, 1)`);
    const { code, result } = await reconcile();
    expect({ code, sums: result.sums }).toEqual({
      code: 6,
      sums: [
        { table: 'daily_item_sales', key: ['z1', DAY], due: sold('z1').due, has: plus(sold('z1').due, -5, 1) },
        { table: 'daily_item_sales', key: ['z1', '2022-10-07'], due: [0, 0], has: [2, 1] },
      ],
    });
    expect(await reconcile(['--repair'])).toMatchObject({ code: 0, result: NOTHING });
    expect(await unbookedRows()).toEqual([]);
    expect(await rowsOf('SELECT * FROM item_sales')).toEqual(sums);
    expect(await rowsOf('SELECT * FROM daily_item_sales WHERE orders > 0')).toEqual(days);
    expect(await rowsOf('SELECT * FROM monthly_item_sales')).toEqual(months);
    await exact();
  });

  test('are booked by one of many who mend at once', async () => {
    await fill();
    const others = [1, 2, 3, 4].map(() => dependencies(own.connect(), table));
    for (let round = 0; round < 10; round += 1) {
      await setAllAside();
      await run("INSERT INTO item_sales VALUES ('z2', 6, 1)");
      await Promise.all(others.map((deps, n) => ask({ mend: [{ table: 'item_sales', key: [`z${1 + (n % 3)}`] }] }, deps))); // prettier-ignore
      expect(await unbookedRows()).toEqual([]);
      await exact();
    }
  });
});

test('sums by month that were added later, and that nobody reads yet, are no difference; a repair of others makes them right too', async () => {
  await fill();
  await run("DELETE FROM complete_summaries WHERE name = 'monthly_item_sales'");
  await run('DELETE FROM monthly_item_sales');
  expect(await reconcile()).toMatchObject({ code: 0, result: NOTHING });
  await run('UPDATE item_sales SET ordered = ordered + 1');
  expect(await reconcile(['--repair'])).toMatchObject({ code: 0, result: NOTHING });
  await exact();
  await run("INSERT INTO complete_summaries VALUES ('monthly_item_sales')");
});

describe('lag and loss', () => {
  test('what comes while it looks again is lag', async () => {
    await fill();
    const late = [
      table.put(order('late')),
      table.put(order('o1', { version: 2, customerid: 'c1' })),
      table.remove('o5'),
    ];
    const { code, result } = await reconcile([], () => project(late));
    expect({ code, result }).toMatchObject({ code: 0, result: { ...NOTHING, lag: 3 } });
  });

  test('what never comes is a difference, and an order that changes all the time is none', async () => {
    await fill();
    table.put(order('lost'));
    let version = 1;
    const change = (): StreamRecord => table.put(order('busy', { version: version++ }));
    let last = change();
    const { code, result } = await reconcile(['--wait', '20'], async () => {
      await project([last]);
      last = change(); // the table is ahead again at once
    });
    expect(code).toBe(6);
    expect(result.differences).toEqual([{ key: 'order#lost', kind: 'missing', table: 1 }]);
    expect(result.lag).toBe(1);
    expect(version).toBeGreaterThan(3);
  });

  test('it waits no longer than it was told', async () => {
    await fill();
    table.put(order('lost'));
    let waited = 0;
    await reconcile(['--wait', '10'], () => Promise.resolve((waited += 1)));
    expect(waited).toBe(5); // 0.5 + 1 + 2 + 4 + 5 seconds
  });
});

test('what lies in quarantine is named with its reason, is no difference, and is waited for by nobody', async () => {
  await fill();
  await project([table.putJunk('bad', { pk: { S: 'order#bad' } }), table.putJunk('o1', { pk: { S: 'order#o1' } }), table.putJunkAt('item#a b', {})]); // prettier-ignore
  const { code, result } = await reconcile([], () => Promise.reject(new Error('it waits')));
  expect(code).toBe(0);
  expect(result).toMatchObject({ differences: [], sums: [] });
  const [stray, bad, spoilt] = result.quarantined.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  expect(stray).toMatchObject({ key: 'item#a b', kind: 'missing', quarantined: expect.stringContaining('Keys.pk: must be') }); // prettier-ignore
  expect(bad).toMatchObject({ key: 'order#bad', kind: 'missing', quarantined: expect.stringContaining('NewImage: ') });
  expect(spoilt).toMatchObject({ key: 'order#o1', kind: 'behind', model: 1, quarantined: expect.stringContaining('NewImage: ') }); // prettier-ignore
});

test('what cannot be projected and is in no quarantine is a difference with the reason, and lies there after a repair', async () => {
  await fill();
  table.putJunk('bad', { pk: { S: 'order#bad' } });
  const { code, result } = await reconcile(['--wait', '1']);
  expect(code).toBe(6);
  expect(result.differences).toEqual([{ key: 'order#bad', kind: 'missing', what: expect.stringContaining('the item in the table: ') }]); // prettier-ignore
  expect(await reconcile(['--repair', '--wait', '1'])).toMatchObject({ code: 0, result: { differences: [], quarantined: [{ key: 'order#bad' }] } }); // prettier-ignore
});

test('thousands of sums that are off are all named, but for one item’s, and mended at once', async () => {
  await fill();
  const upTo = (count: number, row: (n: number) => string): string => Array.from({ length: count }, (_, n) => `(${row(n)})`).join(', '); // prettier-ignore
  await run(`INSERT INTO item_sales VALUES ${upTo(2_300, (n) => `'none-${n}', 1, 1`)}`);
  for (const [table, part] of [['daily_item_sales', "'2022-10-05'"], ['monthly_item_sales', '202210']])
    await run(`INSERT INTO ${table} SELECT itemid, ${part}, 1, 1 FROM item_sales WHERE itemid LIKE 'none-%'`); // prettier-ignore
  await run(`INSERT INTO item_tags VALUES ${upTo(1_300, (n) => `'none-${n}', 't'`)}`);
  await run(`INSERT INTO order_items VALUES ${upTo(1_300, (n) => `'o1-none-${n}', 'z1', 1`)}`);
  const { result } = await reconcile();
  const named = (name: string): number => result.sums.filter(({ table: its }) => its === name).length;
  expect(['item_sales', 'daily_item_sales', 'monthly_item_sales', 'item_tags', 'order_items'].map(named)).toEqual([2_300, 2_300, 2_300, 1_300, 1_300]); // prettier-ignore
  expect(result.isCut).toBe(false);

  await run(`INSERT INTO held_orders VALUES ${upTo(2_300, (n) => `'z1', 'none-${n}', '2022-10-05', 'o1'`)}`);
  expect((await reconcile()).result.isCut).toBe(true);
  expect(await reconcile(['--repair'])).toMatchObject({ code: 0, result: NOTHING });
  await exact();
});

test(`sums are mended while others project, and both count (SEED=${SEED})`, async () => {
  await fill();
  for (let round = 0; round < 3; round += 1) {
    await run('UPDATE item_sales SET ordered = ordered + 100, orders = orders - 1');
    await run(oneOf(['DELETE FROM daily_item_sales', 'DELETE FROM monthly_item_sales', "DELETE FROM held_orders WHERE itemid = 'z1'", 'DELETE FROM counts'], random)); // prettier-ignore
    const batch = (writer: number) =>
      Array.from({ length: 25 }, (_, n) => table.put(order(`w${round}-${writer}-${n}`, { customerid: 'c0', items: manyItems(), orderdate: `2022-1${below(3, random)}-05T10:00:00Z` }))); // prettier-ignore
    const writers = [1, 2, 3].map((writer) => () => deliver(dependencies(own.connect(), table), batch(writer), batch(writer + 10), batch(writer + 20))); // prettier-ignore
    await Promise.all([reconcile(['--repair']), ...writers.map((write) => write())]);
    await reconcile(['--repair']);
    await exact();
  }
});

test('two who mend at once fill a gap once', async () => {
  await fill();
  const places = [
    { table: 'item_sales' as const, key: ['z1'] },
    { table: 'counts' as const, key: ['customers'] },
  ];
  const others = [1, 2, 3, 4].map(() => dependencies(own.connect(), table));
  for (let round = 0; round < 10; round += 1) {
    await run('DELETE FROM daily_item_sales');
    await run("DELETE FROM monthly_item_sales WHERE itemid <> 'z2'");
    await run("UPDATE item_sales SET ordered = ordered - 7 WHERE itemid = 'z1'");
    await run('UPDATE counts SET total = total + 3');
    await Promise.all(others.map((deps, n) => ask({ mend: places.slice(n % 2, (n % 2) + 1) }, deps)));
    await ask({ mend: ['z2', 'z3'].map((itemid) => ({ table: 'daily_item_sales' as const, key: [itemid, DAY] })) }, deps); // prettier-ignore
    await exact();
  }
});

test.each([
  ['no keys', { compare: [] }],
  ['1,001 keys', { compare: Array.from({ length: 1_001 }, (_, n) => `order#${n}`) }],
  ['another check', { check: 'all' }],
  ['a table that is no summary', { mend: [{ table: 'orders', key: ['o1'] }] }],
  ['nothing to mend', { mend: [] }],
])('%s is no request', async (_, request) => {
  const asking = ask(request as never, deps);
  await expect(asking).rejects.toThrow(/^The request must be compare, check or mend: /);
});
