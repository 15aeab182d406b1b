/** The judge of the projection: recomputes every table of the read model from the orders that exist, by other means than it. */
import { expect } from '@jest/globals';
import type { Database } from '../../functions/shared/database';
import type { StoredOrder } from './stream';

/** Rows of the read model as lines of text, sorted: easy to compare and to read where they differ. */
export interface ReadModel {
  readonly orders: readonly string[];
  readonly orderItems: readonly string[];
  readonly itemSales: readonly string[];
  readonly dailyItemSales: readonly string[];
}

const line = (...values: (string | number | null)[]): string => values.map(String).join(' | ');

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

/** What the read model must hold when exactly these orders exist. */
export function expectedReadModel(orders: readonly StoredOrder[]): ReadModel {
  const sold = orders
    .filter(({ status }) => status === 'active')
    .flatMap(({ items, orderdate }) => items.map((item) => ({ ...item, day: orderdate.slice(0, 10) })));
  return {
    orders: orders
      .map((o) => {
        const date = `${o.orderdate.slice(0, 10)} ${o.orderdate.slice(11, 19)}`;
        return line(o.orderid, o.customerid ?? null, o.status, o.version, date, o.createdBy);
      })
      .sort(),
    orderItems: orders.flatMap((o) => o.items.map((i) => line(o.orderid, i.itemid, i.quantity))).sort(),
    itemSales: sums(sold.map(({ itemid, quantity }) => [itemid, quantity])).sort(),
    dailyItemSales: sums(sold.map(({ itemid, day, quantity }) => [line(itemid, day), quantity])).sort(),
  };
}

/** What it holds. Tombstones are left out, and so are summaries that came down to nothing, wholly: ordered and orders. */
export async function actualReadModel(database: Database): Promise<ReadModel> {
  const lines = async (statement: string): Promise<string[]> => {
    const rows = await database.read((sql) => sql.select<Record<string, string | number | null>>(statement));
    return rows.map((row) => line(...Object.values(row))).sort();
  };
  const some = 'NOT (ordered = 0 AND orders = 0)';
  return {
    orders: await lines(
      "SELECT orderid, customerid, status, version, orderdate, created_by FROM orders WHERE status <> 'deleted'",
    ),
    orderItems: await lines('SELECT orderid, itemid, quantity FROM order_items'),
    itemSales: await lines(`SELECT itemid, ordered, orders FROM item_sales WHERE ${some}`),
    dailyItemSales: await lines(`SELECT itemid, orderday, ordered, orders FROM daily_item_sales WHERE ${some}`),
  };
}

/** Demands that the read model is exactly what these orders make it. */
export async function expectExact(database: Database, orders: readonly StoredOrder[]): Promise<void> {
  expect(await actualReadModel(database)).toEqual(expectedReadModel(orders));
}

/** Keys in quarantine, oldest first. */
export async function quarantinedKeys(database: Database): Promise<string[]> {
  const rows = await database.read((sql) =>
    sql.select<{ pk: string }>('SELECT CAST(pk AS CHAR) AS pk FROM quarantined_changes ORDER BY id'),
  );
  return rows.map(({ pk }) => pk);
}
