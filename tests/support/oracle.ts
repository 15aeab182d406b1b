/** The judge of the projection: recomputes every table of the read model from what exists, by other means than it. */
import { expect } from '@jest/globals';
import type { Database } from '../../functions/shared/database';
import { line, readSales, type Sales } from './read-sales';
import type { StoredCustomer, StoredItem, StoredOrder } from './stream';

/** Rows of the read model as lines of text, sorted: easy to compare and to read where they differ. */
export interface ReadModel extends Sales {
  readonly orders: readonly string[];
  readonly orderItems: readonly string[];
  readonly heldOrders: readonly string[];
  readonly customers: readonly string[];
  readonly customerCount: readonly string[];
  readonly items: readonly string[];
  readonly itemTags: readonly string[];
}

/** What exists beside the orders. */
export interface Registered {
  readonly customers?: readonly StoredCustomer[];
  readonly items?: readonly StoredItem[];
}

/** Sums of quantities and counts of orders by a key. */
function sums(entries: readonly (readonly [key: string, quantity: number])[]): string[] {
  const keys = [...new Set(entries.map(([key]) => key))];
  return keys.map((key) => {
    const own = entries.filter(([other]) => other === key);
    return line(
      key,
      own.map(([, quantity]) => quantity).reduce((a, b) => a + b, 0),
      own.length,
    );
  });
}

const dateOf = ({ orderdate }: StoredOrder): string => `${orderdate.slice(0, 10)} ${orderdate.slice(11, 19)}`;

const registeredLines = ({ customers = [], items = [] }: Registered) => ({
  customers: customers.map((c) => line(c.customerid, c.name, c.email, c.version, c.createdBy, 'active')).sort(),
  customerCount: customers.length === 0 ? [] : [line(customers.length)],
  items: items.map((i) => line(i.itemid, i.name, i.version, i.createdBy, 'active')).sort(),
  itemTags: items.flatMap((i) => i.tags.map((tag) => line(i.itemid, tag))).sort(),
});

/** What the read model must hold when exactly these orders, customers and items exist. */
export function expectedReadModel(orders: readonly StoredOrder[], registered: Registered = {}): ReadModel {
  const sold = orders
    .filter(({ status }) => status === 'active')
    .flatMap(({ items, orderdate }) =>
      items.map((item) => ({ ...item, day: orderdate.slice(0, 10), month: orderdate.slice(0, 7).replace('-', '') })),
    );
  return {
    orders: orders
      .map((o) => {
        return line(o.orderid, o.customerid ?? null, o.status, o.version, dateOf(o));
      })
      .sort(),
    orderItems: orders.flatMap((o) => o.items.map((i) => line(o.orderid, i.itemid, i.quantity))).sort(),
    itemSales: sums(sold.map(({ itemid, quantity }) => [itemid, quantity])).sort(),
    dailyItemSales: sums(sold.map(({ itemid, day, quantity }) => [line(itemid, day), quantity])).sort(),
    monthlyItemSales: sums(sold.map(({ itemid, month, quantity }) => [line(itemid, month), quantity])).sort(),
    heldOrders: orders
      .filter(({ status, customerid }) => status === 'active' && customerid !== undefined)
      .flatMap((o) => o.items.map(({ itemid }) => line(itemid, o.customerid ?? null, dateOf(o), o.orderid)))
      .sort(),
    belowZero: [],
    ...registeredLines(registered),
  };
}

type Row = Readonly<Record<string, string | number | null>>;

/** What it holds, without tombstones. */
export async function actualReadModel(database: Database): Promise<ReadModel> {
  const lines = async (table: string, columns: string, isShown: (row: Row) => boolean = () => true) => {
    const rows = await database.read((sql) => sql.select<Row>(`SELECT ${columns} FROM ${table}`));
    return rows.filter(isShown).map((row) => line(...Object.values(row))).sort(); // prettier-ignore
  };
  const isAlive = ({ status }: Row): boolean => status !== 'deleted';
  /** Of a tombstone nothing that anybody registered may stay. */
  const isAliveOrTold = (row: Row): boolean => isAlive(row) || row['name'] !== null || row['email'] !== null;
  return {
    orders: await lines('orders', 'orderid, customerid, status, version, orderdate', isAlive),
    orderItems: await lines('order_items', 'orderid, itemid, quantity'),
    ...(await readSales(database)),
    heldOrders: await lines('held_orders', 'itemid, customerid, orderdate, orderid'),
    customers: await lines('customers', 'customerid, name, email, version, created_by, status', isAliveOrTold),
    customerCount: await lines('counts', 'total', ({ total }) => total !== 0),
    items: await lines('items', 'itemid, name, version, created_by, status', isAlive),
    itemTags: await lines('item_tags', 'itemid, tag'),
  };
}

/** Demands that the read model is exactly what these make it. */
export async function expectExact(
  database: Database,
  orders: readonly StoredOrder[],
  registered: Registered = {},
): Promise<void> {
  expect(await actualReadModel(database)).toEqual(expectedReadModel(orders, registered));
  expect((await creators(database)).filter((creator) => !orders.some((o) => creator === line(o.orderid, o.createdBy)))).toEqual([]); // prettier-ignore
}

/** Who made which order. Of an id that had a life before, the row names none. */
async function creators(database: Database): Promise<string[]> {
  const rows = await database.read((sql) => sql.select<Row>('SELECT orderid, created_by, status FROM orders'));
  return rows
    .filter((row) => row['status'] !== 'deleted' && row['created_by'] !== null)
    .map((row) => line(row['orderid'] ?? null, row['created_by'] ?? null));
}

/** Keys in quarantine, oldest first. */
export async function quarantinedKeys(database: Database): Promise<string[]> {
  const rows = await database.read((sql) =>
    sql.select<{ pk: string }>('SELECT CAST(pk AS CHAR) AS pk FROM quarantined_changes ORDER BY id'),
  );
  return rows.map(({ pk }) => pk);
}
