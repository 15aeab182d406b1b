/** Who holds items: customers with active orders of them, in the order of their ids. */
import type { HolderRow } from '../shared/contract';
import type { Sql } from '../shared/database';
import type { Placed } from '../shared/query';

/** Order ids told of one customer. */
const NEWEST = 100;

/** Items of one statement. */
const ITEMS = 50;

/** One stretch of the key for each item, which ends at the page's end: the cost does not grow with the orders behind it. */
const selectHoldersOfItem = `
  (SELECT DISTINCT customerid FROM held_orders WHERE itemid = ? AND customerid > ? ORDER BY customerid LIMIT ?)`;

/** The first `limit` customers behind `position` who hold any of the items. */
async function selectHolders(sql: Sql, itemids: readonly string[], limit: number, position: string): Promise<string[]> {
  const found = new Set<string>();
  for (let start = 0; start < itemids.length; start += ITEMS) {
    const some = itemids.slice(start, start + ITEMS);
    const rows = await sql.select<{ customerid: string }>(
      some.map(() => selectHoldersOfItem).join(' UNION '),
      some.flatMap((itemid) => [itemid, position, limit]),
    );
    for (const { customerid } of rows) found.add(customerid);
  }
  return [...found].sort().slice(0, limit); // ids are ASCII: this is the database's order too
}

/** An order of several of the items counts once. */
const SELECT_ORDERS = `
  SELECT customerid, orderid, orders FROM (
    SELECT customerid, orderid,
      COUNT(*) OVER (PARTITION BY customerid) AS orders,
      ROW_NUMBER() OVER (PARTITION BY customerid ORDER BY orderdate DESC, orderid DESC) AS place
    FROM (
      SELECT DISTINCT customerid, orderdate, orderid FROM held_orders WHERE itemid IN (?) AND customerid IN (?)
    ) held
  ) placed
  WHERE place <= ?
  ORDER BY customerid, place`;

const SELECT_CUSTOMERS = "SELECT customerid, name, email FROM customers WHERE customerid IN (?) AND status = 'active'";

/** A page of holders of any of the items. Consistent in a snapshot only. */
export async function holdersOf(
  sql: Sql,
  itemids: readonly string[],
  limit: number,
  position = '',
): Promise<Placed<HolderRow>[]> {
  const ids = await selectHolders(sql, itemids, limit, position);
  if (ids.length === 0) return [];
  const customers = await sql.select<Pick<HolderRow, 'customerid' | 'name' | 'email'>>(SELECT_CUSTOMERS, [ids]);
  const orders = await sql.select<{ customerid: string; orderid: string; orders: number }>(SELECT_ORDERS, [
    itemids,
    ids,
    NEWEST,
  ]);
  const profiles = new Map(customers.map(({ customerid, name, email }) => [customerid, { name, email }]));
  const held = new Map<string, { orderCount: number; orderids: string[] }>();
  for (const { customerid, orderid, orders: orderCount } of orders) {
    const own = held.get(customerid) ?? { orderCount, orderids: [] };
    own.orderids.push(orderid);
    held.set(customerid, own);
  }
  return [...held].map(([customerid, own]) => ({
    row: { customerid, ...(profiles.get(customerid) ?? { name: null, email: null }), ...own },
    position: customerid,
  }));
}
