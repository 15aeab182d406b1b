/** The queries of query-orders on a real database, from orders that the projection brought there; a plain count is their judge. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { queries } from '../../../functions/query-orders/queries';
import type { HolderRow, OrderRow, QueryAnswer } from '../../../functions/shared/contract';
import { queryNamed } from '../../../functions/shared/query-handler';
import { useProjected } from '../../support/projected';
import { deliver } from '../../support/projection';
import { below, oneOf, readSeed, seededRandom } from '../../support/random';
import { customer, item, order, type StreamRecord } from '../../support/stream';

const SEED = readSeed();

const { database, table, deps } = useProjected();

const project = (...records: StreamRecord[]) => deliver(deps, records);

async function ask<Row>(query: string, fields: object = {}): Promise<QueryAnswer<Row>> {
  const found = queryNamed(queries, { query });
  if (found === undefined) throw new Error(`${query} is not known`);
  return (await found.answer(database, { query, ...fields })) as QueryAnswer<Row>;
}

/** The rows of every page, while `meanwhile` happens between them. */
async function askAll<Row>(query: string, fields: object, meanwhile: () => Promise<unknown> = () => Promise.resolve()) {
  const rows: Row[] = [];
  for (let nextToken: string | undefined; ; await meanwhile()) {
    const reply = await ask<Row>(query, { ...fields, ...(nextToken !== undefined && { nextToken }) });
    if (reply.queryStatus === 400) throw new Error(JSON.stringify(reply));
    rows.push(...reply.queryResult);
    nextToken = reply.nextToken;
    if (nextToken === undefined) return rows;
  }
}

const items = (...ids: string[]) => ids.map((itemid) => ({ itemid, quantity: 1 }));

describe('orderById', () => {
  test('tells the order, cancelled ones too, items by itemid', async () => {
    const made = { customerid: 'c1', items: [{ itemid: 'b', quantity: 2 }, { itemid: 'B', quantity: 1 }] }; // prettier-ignore
    await project(table.put(order('o1', made)), table.put(order('o1', { ...made, version: 2, status: 'cancelled' })));
    expect(await ask('orderById', { orderId: 'o1' })).toEqual({
      queryStatus: 200,
      queryResult: [
        {
          orderid: 'o1',
          customerid: 'c1',
          status: 'cancelled',
          version: 2,
          orderdate: '2022-10-05T10:00:00Z',
          items: [{ itemid: 'B', quantity: 1 }, { itemid: 'b', quantity: 2 }], // prettier-ignore
        },
      ],
    });
  });

  test('is a 404 where there is no such order, any more or yet', async () => {
    await project(table.put(order('o1')), table.put(order('O2')));
    await project(table.remove('o1'));
    for (const orderId of ['o1', 'o2']) {
      expect(await ask('orderById', { orderId })).toEqual({ queryStatus: 404, queryResult: [] });
    }
  });
});

describe('ordersByCustomer', () => {
  const day = (n: number) => `2022-10-${String(n).padStart(2, '0')}T00:00:00Z`;

  test('tells the orders of that customer alone, newest first, by id within a second', async () => {
    await project(
      table.put(order('o1', { customerid: 'c1', orderdate: day(2) })),
      table.put(order('o2', { customerid: 'c1', orderdate: day(3) })),
      table.put(order('o3', { customerid: 'c1', orderdate: day(2), status: 'cancelled' })),
      table.put(order('o4', { customerid: 'C1' })),
      table.put(order('o5')),
    );
    const { queryResult } = await ask<OrderRow>('ordersByCustomer', { customerId: 'c1' });
    expect(queryResult.map(({ orderid, status }) => `${orderid} ${status}`)).toEqual(['o2 active', 'o3 cancelled', 'o1 active']); // prettier-ignore
    expect(await ask('ordersByCustomer', { customerId: 'nobody' })).toEqual({ queryStatus: 200, queryResult: [] });
  });

  test('leaves out deleted orders', async () => {
    await project(table.put(order('o1', { customerid: 'c1' })));
    await project(table.remove('o1'));
    expect(await ask('ordersByCustomer', { customerId: 'c1' })).toEqual({ queryStatus: 200, queryResult: [] });
  });

  test('pages stay consistent while newer orders arrive', async () => {
    const ids = Array.from({ length: 25 }, (_, n) => `o${String(n).padStart(2, '0')}`);
    await project(...ids.map((id, n) => table.put(order(id, { customerid: 'c1', orderdate: day(1 + (n % 5)) }))));
    let arrived = 0;
    const rows = await askAll<OrderRow>('ordersByCustomer', { customerId: 'c1', limit: 4 }, () =>
      project(table.put(order(`new${(arrived += 1)}`, { customerid: 'c1', orderdate: day(20) }))),
    );
    const newestFirst = ids.toSorted((a, b) => (`${table.get(a)?.orderdate}${a}` < `${table.get(b)?.orderdate}${b}` ? 1 : -1)); // prettier-ignore
    expect(rows.map(({ orderid }) => orderid)).toEqual(newestFirst);
    expect(arrived).toBeGreaterThan(5);
  });
});

/** What customersByItem or customersByTag must say, by a plain count over the orders. */
function holdersByCount(of: ReadonlySet<string>): HolderRow[] {
  const held = table
    .orders()
    .filter(
      (one) => one.status === 'active' && one.customerid !== undefined && one.items.some((i) => of.has(i.itemid)),
    );
  return [...new Set(held.map(({ customerid }) => customerid ?? ''))].sort().map((customerid) => {
    const mine = held.filter((one) => one.customerid === customerid);
    const newest = mine.toSorted((a, b) => (`${a.orderdate}${a.orderid}` < `${b.orderdate}${b.orderid}` ? 1 : -1));
    const registered = table.customers().find((one) => one.customerid === customerid);
    return {
      customerid,
      name: registered?.name ?? null,
      email: registered?.email ?? null,
      orderCount: mine.length,
      orderids: newest.slice(0, 100).map(({ orderid }) => orderid),
    };
  });
}

describe('customersByItem and customersByTag', () => {
  test('holders of active orders, registered or not, and nobody else', async () => {
    await project(
      table.putCustomer(customer('c1', { name: 'Zoë 😀', email: 'z@example.org' })),
      table.putCustomer(customer('c3')),
      table.put(order('o1', { customerid: 'c1', items: items('z1', 'z2') })),
      table.put(order('o2', { customerid: 'c1', items: items('z1') })),
      table.put(order('o3', { customerid: 'c2', items: items('z1') })),
      table.put(order('o4', { customerid: 'c3', items: items('Z1') })),
      table.put(order('o5', { items: items('z1') })),
      table.put(order('o6', { customerid: 'c4', status: 'cancelled', items: items('z1') })),
    );
    expect(await ask('customersByItem', { itemid: 'z1' })).toEqual({
      queryStatus: 200,
      queryResult: [
        { customerid: 'c1', name: 'Zoë 😀', email: 'z@example.org', orderCount: 2, orderids: ['o2', 'o1'] },
        { customerid: 'c2', name: null, email: null, orderCount: 1, orderids: ['o3'] },
      ],
    });
  });

  test('an order of two items with the tag counts once; a tag is compared byte for byte', async () => {
    await project(
      table.putItem(item('z1', { tags: ['blue', 'Größe 38'] })),
      table.putItem(item('z2', { tags: ['blue'] })),
      table.putItem(item('z3', { tags: ['Blue'] })),
      table.put(order('o1', { customerid: 'c1', items: items('z1', 'z2') })),
      table.put(order('o2', { customerid: 'c2', items: items('z3') })),
    );
    expect(await ask('customersByTag', { tag: 'blue' })).toMatchObject({ queryResult: [{ customerid: 'c1', orderCount: 1, orderids: ['o1'] }] }); // prettier-ignore
    expect(await ask('customersByTag', { tag: 'Größe 38' })).toMatchObject({ queryResult: [{ customerid: 'c1' }] });
    expect(await ask('customersByTag', { tag: 'red' })).toEqual({ queryStatus: 200, queryResult: [] });
    await project(table.putItem(item('z2', { version: 2, tags: [] })), table.removeItem('z1'));
    expect(await ask('customersByTag', { tag: 'blue' })).toEqual({ queryStatus: 200, queryResult: [] });
  });

  test('the newest 100 order ids, and all orders counted', async () => {
    const ids = Array.from({ length: 130 }, (_, n) => `o${String(n).padStart(3, '0')}`);
    await project(...ids.map((id) => table.put(order(id, { customerid: 'c1' }))));
    const { queryResult } = await ask<HolderRow>('customersByItem', { itemid: 'z1' });
    expect(queryResult).toMatchObject([{ orderCount: 130, orderids: ids.toReversed().slice(0, 100) }]);
  });

  test(`before and after random cancellations, page by page, they equal a plain count (SEED=${SEED})`, async () => {
    const random = seededRandom(SEED);
    const ids = Array.from({ length: 60 }, (_, n) => `z${n}`);
    const tagged = new Set(ids.filter((_, n) => n % 3 !== 0));
    await project(
      ...ids.map((id) => table.putItem(item(id, { tags: tagged.has(id) ? ['x', 'blue'] : ['x'] }))),
      ...Array.from({ length: 40 }, (_, n) => table.putCustomer(customer(`c${n}`))),
      ...Array.from({ length: 400 }, (_, n) =>
        table.put(
          order(`o${n}`, {
            ...(random() < 0.9 && { customerid: `c${below(50, random)}` }),
            orderdate: `2022-10-0${1 + below(9, random)}T00:00:00Z`,
            items: items(...new Set([1, 2, 3].map(() => `z${below(60, random)}`))),
          }),
        ),
      ),
    );
    for (let round = 0; round < 3; round += 1) {
      const itemid = oneOf(['z1', 'z2', 'z3'], random);
      expect(await askAll('customersByItem', { itemid, limit: 5 })).toEqual(holdersByCount(new Set([itemid])));
      expect(await askAll('customersByTag', { tag: 'blue', limit: 7 })).toEqual(holdersByCount(tagged));
      const cancelled = table.orders().filter(({ status }) => status === 'active' && random() < 0.4);
      await project(...cancelled.map((one) => table.put({ ...one, version: one.version + 1, status: 'cancelled' })));
    }
  });
});

test('customerCount counts who is registered, and not those who were', async () => {
  expect(await ask('customerCount')).toEqual({ queryStatus: 200, queryResult: [{ customers: 0 }] });
  await project(...['c1', 'c2', 'c3'].map((id) => table.putCustomer(customer(id))));
  await project(table.putCustomer(customer('c1', { version: 2, name: 'Other' })), table.removeCustomer('c2'));
  expect(await ask('customerCount')).toEqual({ queryStatus: 200, queryResult: [{ customers: 2 }] });
});

describe('after', () => {
  beforeEach(() =>
    project(table.put(order('o1', { version: 3 })), table.putCustomer(customer('c1')), table.putItem(item('z1'))),
  );

  test.each([
    { orderId: 'o1', version: 3 },
    { orderId: 'o1', version: 1 },
    { customerId: 'c1', version: 1 },
    { itemid: 'z1', version: 1 },
  ])('%j is there', async (after) => {
    expect(await ask('customerCount', { after })).toEqual({ queryStatus: 200, queryResult: [{ customers: 1 }] });
  });

  test.each([
    { orderId: 'o1', version: 4 },
    { orderId: 'c1', version: 1 },
    { customerId: 'c1', version: 2 },
    { itemid: 'z2', version: 1 },
  ])('%j is not there yet: the answer says so', async (after) => {
    expect(await ask('customerCount', { after })).toMatchObject({ queryStatus: 200, stale: true });
    expect(await ask('orderById', { orderId: 'o9', after })).toEqual({
      queryStatus: 404,
      queryResult: [],
      stale: true,
    });
  });
});
