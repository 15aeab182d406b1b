/** The judge: after each run, the rows must be those of the orders that were delivered, and the sums those of the rows, recomputed in SQL. */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { ALL_DAILY_ITEM_SALES, ALL_ITEM_SALES, ALL_MONTHLY_ITEM_SALES } from '../tests/support/all-sales';
import type { MadeOrder } from './orders';
import { COLUMNS, rowsOf, type Value } from './ways/rows';

/** The newest version of each order. */
export function newest(orders: Iterable<MadeOrder>): MadeOrder[] {
  const byId = new Map<string, MadeOrder>();
  for (const order of orders) {
    if ((byId.get(order.orderid)?.version ?? 0) < order.version) byId.set(order.orderid, order);
  }
  return [...byId.values()];
}

const lines = (rows: readonly (readonly Value[])[]): string[] => rows.map((row) => row.join('|')).sort();

async function requireRows(connection: Connection, table: keyof typeof COLUMNS, expected: Value[][]): Promise<void> {
  const [rows] = await connection.query<RowDataPacket[][]>({ sql: `SELECT ${COLUMNS[table]} FROM ${table}`, rowsAsArray: true, dateStrings: true }); // prettier-ignore
  const [found, wanted] = [lines(rows as unknown as Value[][]), lines(expected)];
  const at = wanted.findIndex((line, n) => line !== found[n]);
  if (at === -1 && found.length === wanted.length) return;
  throw new Error(`${table} has ${found.length} rows of ${wanted.length}; one is ${found[at] ?? 'missing'} and should be ${wanted[at] ?? 'absent'}`); // prettier-ignore
}

const DAILY = `SELECT i.itemid, DATE(o.orderdate) AS orderday, SUM(i.quantity) AS ordered, COUNT(*) AS orders
  FROM orders o JOIN order_items i ON i.orderid = o.orderid WHERE o.status = 'active' GROUP BY i.itemid, orderday`;

const MONTHLY = `SELECT i.itemid, EXTRACT(YEAR_MONTH FROM o.orderdate) AS month, SUM(i.quantity) AS ordered, COUNT(*) AS orders
  FROM orders o JOIN order_items i ON i.orderid = o.orderid WHERE o.status = 'active' GROUP BY i.itemid, month`;

const SALES = `SELECT i.itemid, SUM(i.quantity) AS ordered, COUNT(*) AS orders
  FROM orders o JOIN order_items i ON i.orderid = o.orderid WHERE o.status = 'active' GROUP BY i.itemid`;

/** Rows that one has and the other lacks, by how many. */
const difference = (found: string, columns: string, recomputed: string): string => `
  SELECT COUNT(*) AS wrong FROM (
    SELECT ${columns} FROM (SELECT ${columns} FROM ${found} found UNION ALL ${recomputed}) both_of_them
    GROUP BY ${columns} HAVING COUNT(*) <> 2) odd`;

async function requireSums(connection: Connection): Promise<void> {
  for (const [table, statement] of [
    ['item_sales', difference(ALL_ITEM_SALES, 'itemid, ordered, orders', SALES)],
    ['daily_item_sales', difference(ALL_DAILY_ITEM_SALES, 'itemid, orderday, ordered, orders', DAILY)],
    ['monthly_item_sales', difference(ALL_MONTHLY_ITEM_SALES, 'itemid, month, ordered, orders', MONTHLY)],
  ] as const) {
    const [[row]] = await connection.query<RowDataPacket[]>(statement);
    if (row?.['wrong'] !== 0) throw new Error(`${table} has ${String(row?.['wrong'])} rows that are not the sums of the orders`); // prettier-ignore
  }
}

/**
 * Demands that the read model is what these orders, each in its newest version, make it.
 *
 * @throws Error that names what is wrong.
 */
export async function requireEndState(connection: Connection, delivered: Iterable<MadeOrder>): Promise<void> {
  const rows = rowsOf(newest(delivered));
  for (const table of ['orders', 'order_items', 'held_orders'] as const)
    await requireRows(connection, table, rows[table]);
  await requireSums(connection);
}

/** Deadlocks that the server has met so far: projectors do their batch again, so that their end state tells of none. */
export async function countDeadlocks(connection: Connection): Promise<number> {
  const [[row]] = await connection.query<RowDataPacket[]>("SELECT count AS met FROM information_schema.innodb_metrics WHERE name = 'lock_deadlocks'"); // prettier-ignore
  return Number(row?.['met']);
}
