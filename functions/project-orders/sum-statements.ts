/**
 * The SQL that compares summaries with the rows that they come from. Each comparison is one statement, so that it sees one state of
 * the database: whoever projects meanwhile is in both sides of it, or in neither. It runs on MySQL 8 and 9, Aurora and MariaDB alike.
 */
import type { Sql, SqlValue } from '../shared/database';
import { UNBOOKED } from '../shared/unbooked-sales';
import type { HeldRow } from './differences';

/** Some items or orders, by id: a range behind one id and up to another, or just these. */
export type Ids = readonly string[] | { readonly after: string; readonly upTo: string };

const isList = (ids: Ids): ids is readonly string[] => Array.isArray(ids);

const within = (column: string, ids: Ids): string =>
  isList(ids) ? `${column} IN (?)` : `${column} > ? AND ${column} <= ?`;
const bound = (ids: Ids): SqlValue[] => (isList(ids) ? [ids] : [ids.after, ids.upTo]);

/** A sum that is not what the rows give. */
export interface SalesGap {
  readonly itemid: string;
  /** `YYYY-MM-DD`; left out of sums over all days. */
  readonly orderday?: string;
  readonly dueOrdered: number;
  readonly dueOrders: number;
  readonly hasOrdered: number;
  readonly hasOrders: number;
}

/** Values of `compareSales`. */
const boundThrice = (ids: Ids, limit: number): SqlValue[] => [...bound(ids), ...bound(ids), ...bound(ids), limit];

/** What there is, is what is booked and what is set aside. @param day for sums by day, the day of an order. */
function compareSales(summary: string, ids: Ids, day?: string): string {
  const key = day === undefined ? 'itemid' : 'itemid, orderday';
  const andDay = (ofDay = ''): string => (day === undefined ? '' : `, ${ofDay}`);
  return `
    SELECT ${key}, CAST(SUM(due_ordered) AS SIGNED) AS dueOrdered, CAST(SUM(due_orders) AS SIGNED) AS dueOrders,
        CAST(SUM(has_ordered) AS SIGNED) AS hasOrdered, CAST(SUM(has_orders) AS SIGNED) AS hasOrders
    FROM (
      SELECT line.itemid${andDay(`${day} AS orderday`)}, SUM(line.quantity) AS due_ordered, COUNT(*) AS due_orders,
          0 AS has_ordered, 0 AS has_orders
        FROM order_items line JOIN orders sold ON sold.orderid = line.orderid
        WHERE sold.status = 'active' AND sold.orderdate IS NOT NULL AND ${within('line.itemid', ids)}
        GROUP BY line.itemid${andDay(day)}
      UNION ALL
      SELECT itemid${andDay('orderday')}, 0, 0, ordered, orders FROM ${summary} WHERE ${within('itemid', ids)}
      UNION ALL
      SELECT unbooked.itemid${andDay('unbooked.orderday')}, 0, 0, unbooked.ordered, unbooked.orders
        FROM ${UNBOOKED} WHERE ${within('unbooked.itemid', ids)}
    ) both_sides
    GROUP BY ${key}
    HAVING SUM(due_ordered) <> SUM(has_ordered) OR SUM(due_orders) <> SUM(has_orders)
    ORDER BY ${key} LIMIT ?`;
}

/** Sums over all days that are off. */
export const selectSalesGaps = (sql: Sql, ids: Ids, limit: number): Promise<SalesGap[]> =>
  sql.select(compareSales('item_sales', ids), boundThrice(ids, limit));

/** Sums of days that are off. */
export const selectDailySalesGaps = (sql: Sql, ids: Ids, limit: number): Promise<SalesGap[]> =>
  sql.select(compareSales('daily_item_sales', ids, 'DATE(sold.orderdate)'), boundThrice(ids, limit));

/** Who is told to hold what, and does not by any active order. */
export const selectHeldInVain = (sql: Sql, itemids: Ids, limit: number): Promise<HeldRow[]> =>
  sql.select(
    `SELECT held.itemid, held.customerid, held.orderdate, held.orderid
       FROM held_orders held
       LEFT JOIN orders sold ON sold.orderid = held.orderid AND sold.status = 'active'
         AND sold.customerid = held.customerid AND sold.orderdate = held.orderdate
       LEFT JOIN order_items line ON line.orderid = held.orderid AND line.itemid = held.itemid
       WHERE ${within('held.itemid', itemids)} AND (sold.orderid IS NULL OR line.itemid IS NULL)
       ORDER BY held.itemid, held.customerid, held.orderdate, held.orderid LIMIT ?`,
    [...bound(itemids), limit],
  );

/** Who holds what by an active order, and is not told to. */
export const selectNotHeld = (sql: Sql, orderids: Ids, limit: number): Promise<HeldRow[]> =>
  sql.select(
    `SELECT line.itemid, sold.customerid, sold.orderdate, sold.orderid
       FROM orders sold JOIN order_items line ON line.orderid = sold.orderid
       LEFT JOIN held_orders held ON held.itemid = line.itemid AND held.customerid = sold.customerid
         AND held.orderdate = sold.orderdate AND held.orderid = sold.orderid
       WHERE sold.status = 'active' AND sold.customerid IS NOT NULL AND sold.orderdate IS NOT NULL
         AND held.orderid IS NULL AND ${within('sold.orderid', orderids)}
       ORDER BY sold.orderid, line.itemid LIMIT ?`,
    [...bound(orderids), limit],
  );

/** Lines of orders that are not there, or deleted. */
export const selectOrphanLines = (sql: Sql, orderids: Ids, limit: number): Promise<{ id: string; rows: number }[]> =>
  sql.select(
    `SELECT line.orderid AS id, COUNT(*) AS \`rows\`
       FROM order_items line LEFT JOIN orders sold ON sold.orderid = line.orderid AND sold.status <> 'deleted'
       WHERE sold.orderid IS NULL AND ${within('line.orderid', orderids)}
       GROUP BY line.orderid ORDER BY line.orderid LIMIT ?`,
    [...bound(orderids), limit],
  );

/** Tags of items that are not registered, behind one of them. */
export const selectOrphanTags = (sql: Sql, after: string, limit: number): Promise<{ id: string; rows: number }[]> =>
  sql.select(
    `SELECT tag.itemid AS id, COUNT(*) AS \`rows\`
       FROM item_tags tag LEFT JOIN items its ON its.itemid = tag.itemid AND its.status <> 'deleted'
       WHERE its.itemid IS NULL AND tag.itemid > ? GROUP BY tag.itemid ORDER BY tag.itemid LIMIT ?`,
    [after, limit],
  );

/** How many customers are registered, by their rows and by the count. */
export async function selectCustomerCounts(sql: Sql): Promise<{ due: number; has: number }> {
  const [row] = await sql.select<{ due: number; has: number }>(
    `SELECT (SELECT COUNT(*) FROM customers WHERE status = 'active') AS due,
       COALESCE((SELECT total FROM counts WHERE name = 'customers'), 0) AS has`,
  );
  return row ?? { due: 0, has: 0 };
}

const NTH: Readonly<Record<'item_sales' | 'orders', string>> = {
  item_sales: 'SELECT itemid AS id FROM item_sales WHERE itemid > ? ORDER BY itemid LIMIT 1 OFFSET ?',
  orders: 'SELECT orderid AS id FROM orders WHERE orderid > ? ORDER BY orderid LIMIT 1 OFFSET ?',
};

/** The id that is `limit` places behind another one, if there are as many. */
export async function selectNth(
  sql: Sql,
  table: keyof typeof NTH,
  after: string,
  limit: number,
): Promise<string | undefined> {
  const [row] = await sql.select<{ id: string }>(NTH[table], [after, limit - 1]);
  return row?.id;
}

/** Makes sure that items have a sum, and locks it until the transaction ends. */
export const lockSales = (sql: Sql, itemids: readonly string[]): Promise<number> =>
  sql.run('INSERT INTO item_sales (itemid, ordered, orders) VALUES ? ON DUPLICATE KEY UPDATE ordered = ordered', [
    itemids.map((itemid) => [itemid, 0, 0]),
  ]);

/** The same of the number of customers. */
export const lockCustomerCount = (sql: Sql): Promise<number> =>
  sql.run("INSERT INTO counts (name, total) VALUES ('customers', 0) ON DUPLICATE KEY UPDATE total = total");

/** Deletes lines of orders that are not there, or deleted. */
export const deleteOrphanLines = (sql: Sql, orderids: readonly string[]): Promise<number> =>
  sql.run(
    `DELETE line FROM order_items line LEFT JOIN orders sold ON sold.orderid = line.orderid AND sold.status <> 'deleted'
       WHERE line.orderid IN (?) AND sold.orderid IS NULL`,
    [orderids],
  );

/** Deletes tags of items that are not registered. */
export const deleteOrphanTags = (sql: Sql, itemids: readonly string[]): Promise<number> =>
  sql.run(
    `DELETE tag FROM item_tags tag LEFT JOIN items its ON its.itemid = tag.itemid AND its.status <> 'deleted'
       WHERE tag.itemid IN (?) AND its.itemid IS NULL`,
    [itemids],
  );
