/** The tables of the read model and the write side, as they are and as they must be; lines of text, easy to compare. */
import { DynamoDBClient, ScanCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { connectDatabase, withPassword, type PasswordConfig } from '../../functions/shared/database';
import { clientOptions } from '../../local/clients';
import { ALL_DAILY_ITEM_SALES, ALL_ITEM_SALES, ALL_MONTHLY_ITEM_SALES } from '../support/all-sales';
import type { World } from './fold';

export type Tables = Readonly<Record<string, readonly string[]>>;

const line = (...values: unknown[]): string => JSON.stringify(values);

/** Sums and counts by key. */
function sums(entries: readonly (readonly [key: readonly (string | number)[], quantity: number])[]): string[] {
  const found = new Map<string, { ordered: number; orders: number }>();
  for (const [key, quantity] of entries) {
    const name = JSON.stringify(key);
    const { ordered, orders } = found.get(name) ?? { ordered: 0, orders: 0 };
    found.set(name, { ordered: ordered + quantity, orders: orders + 1 });
  }
  return [...found]
    .map(([name, { ordered, orders }]) => line(...(JSON.parse(name) as (string | number)[]), ordered, orders))
    .sort();
}

/** What the read model must hold. */
export function expectedTables({ orders, customers, items }: World): Tables {
  const lines = [...orders].flatMap(([orderid, { items: of, ...order }]) =>
    [...of].map(([itemid, quantity]) => ({ orderid, itemid, quantity, ...order })),
  );
  const active = lines.filter(({ status }) => status === 'active');
  return {
    orders: [...orders]
      .map(([orderid, o]) =>
        line(orderid, o.customerid ?? null, o.status, o.version, o.orderdate.replace('T', ' ').replace('Z', '')),
      )
      .sort(),
    orderItems: lines.map(({ orderid, itemid, quantity }) => line(orderid, itemid, quantity)).sort(),
    itemSales: sums(active.map(({ itemid, quantity }) => [[itemid], quantity])),
    monthlyItemSales: sums(active.map(({ itemid, orderdate, quantity }) => [[itemid, Number(orderdate.slice(0, 7).replace('-', ''))], quantity])), // prettier-ignore
    dailyItemSales: sums(active.map(({ itemid, orderdate, quantity }) => [[itemid, orderdate.slice(0, 10)], quantity])),
    customers: [...customers]
      .map(([id, { version, name, email }]) => line(id, version, name ?? null, email ?? null))
      .sort(),
    items: [...items].map(([id, { version, name }]) => line(id, version, name)).sort(),
    itemTags: [...items].flatMap(([id, { tags }]) => tags.map((tag) => line(id, tag))).sort(),
    quarantine: [],
  };
}

const SELECTS: Readonly<Record<string, string>> = {
  orders: "SELECT orderid, customerid, status, version, orderdate FROM orders WHERE status <> 'deleted'",
  orderItems: 'SELECT orderid, itemid, quantity FROM order_items',
  itemSales: `SELECT itemid, ordered, orders FROM ${ALL_ITEM_SALES} sales`,
  monthlyItemSales: `SELECT itemid, month, ordered, orders FROM ${ALL_MONTHLY_ITEM_SALES} sales`,
  dailyItemSales: `SELECT itemid, orderday, ordered, orders FROM ${ALL_DAILY_ITEM_SALES} sales`,
  customers: 'SELECT customerid, version, name, email FROM customers', // those that are forgotten too: nothing else deletes one
  items: "SELECT itemid, version, name FROM items WHERE status = 'active'",
  itemTags: 'SELECT itemid, tag FROM item_tags',
  quarantine: 'SELECT CAST(pk AS CHAR) AS pk, error FROM quarantined_changes',
};

/** What it holds. */
export async function actualTables(config: PasswordConfig): Promise<Tables> {
  const database = connectDatabase(withPassword(config));
  try {
    const tables: Record<string, string[]> = {};
    for (const [name, select] of Object.entries(SELECTS)) {
      const rows = await database.read((sql) => sql.select<Record<string, unknown>>(select));
      tables[name] = rows.map((row) => line(...Object.values(row))).sort();
    }
    return tables;
  } finally {
    await database.close();
  }
}

/** An order as the write side keeps it. */
export interface StoredOrder {
  readonly orderid: string;
  readonly customerid?: string;
  readonly status: string;
  readonly orderdate: string;
  readonly itemids: readonly string[];
}

/** Every order of the orders table. */
export async function scanOrders(endpoint: string, TableName: string): Promise<StoredOrder[]> {
  const client = new DynamoDBClient(clientOptions(endpoint));
  const found: StoredOrder[] = [];
  let next: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey: next }));
    for (const item of page.Items ?? [])
      if (item['pk']?.S?.startsWith('order#') === true) found.push(storedOrder(item));
    next = page.LastEvaluatedKey;
  } while (next !== undefined);
  client.destroy();
  return found;
}

const storedOrder = (item: Readonly<Record<string, AttributeValue>>): StoredOrder => ({
  orderid: item['orderid']?.S ?? '',
  ...(item['customerid']?.S !== undefined && { customerid: item['customerid'].S }),
  status: item['status']?.S ?? '',
  orderdate: item['orderdate']?.S ?? '',
  itemids: item['items']?.L?.map(({ M }) => M?.['itemid']?.S ?? '') ?? [],
});

/** Holders of an item, counted plainly over the orders. */
export function countHolders(
  orders: readonly StoredOrder[],
  itemid: string,
): { customerid: string; orderids: string[] }[] {
  const holders = new Map<string, string[]>();
  const newestFirst = orders.toSorted((a, b) => compare(b.orderdate, a.orderdate) || compare(b.orderid, a.orderid));
  for (const { orderid, customerid, status, itemids } of newestFirst)
    if (status === 'active' && customerid !== undefined && itemids.includes(itemid))
      holders.set(customerid, [...(holders.get(customerid) ?? []), orderid]);
  return [...holders].sort(([a], [b]) => compare(a, b)).map(([customerid, orderids]) => ({ customerid, orderids }));
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
