/** Fills the read model with many orders, sooner than the projector would: rows by LOAD DATA, sums by SQL. For queries, whose cost is all that is asked then. */
import type { BenchDatabase } from './bench-database';
import { ITEMS, makeOrder } from './orders';
import { loadData } from './ways/load-data';

const BATCH = 20_000;
const TAGS = 10;

const sums = (table: string, columns: string): string => `
  INSERT INTO ${table} (${columns}, ordered, orders)
  SELECT ${columns}, SUM(quantity), COUNT(*) FROM (
    SELECT i.itemid, DATE(o.orderdate) AS orderday, EXTRACT(YEAR_MONTH FROM o.orderdate) AS month, i.quantity
    FROM orders o JOIN order_items i ON i.orderid = o.orderid WHERE o.status = 'active'
  ) sold GROUP BY ${columns}`;

/** Adds orders `from` to `to`, and books all of them anew. */
export async function fill({ config, connection }: BenchDatabase, from: number, to: number): Promise<void> {
  const writer = await loadData.open(config);
  for (let start = from; start < to; start += BATCH) {
    const orders = Array.from({ length: Math.min(BATCH, to - start) }, (_, n) => makeOrder(start + n));
    await writer.write({ orders, records: [] });
  }
  await writer.close();
  for (const table of ['item_sales', 'daily_item_sales', 'monthly_item_sales', 'unbooked_sales'])
    await connection.query(`TRUNCATE TABLE ${table}`);
  await connection.query(sums('item_sales', 'itemid'));
  await connection.query(sums('daily_item_sales', 'itemid, orderday'));
  await connection.query(sums('monthly_item_sales', 'itemid, month'));
}

/** Registers every customer who ordered, and every item, each with one of ten tags. */
export async function register({ connection }: BenchDatabase): Promise<void> {
  await connection.query("REPLACE INTO customers SELECT DISTINCT customerid, CONCAT('Name of ', customerid), CONCAT(customerid, '@example.org'), 'active', 1, 'key' FROM orders"); // prettier-ignore
  await connection.query("REPLACE INTO counts SELECT 'customers', COUNT(*) FROM customers");
  const items = Array.from({ length: ITEMS }, (_, n) => `item-${String(n).padStart(4, '0')}`);
  await connection.query('REPLACE INTO items (itemid, name, status, version, created_by) VALUES ?', [items.map((id) => [id, id, 'active', 1, 'key'])]); // prettier-ignore
  await connection.query('REPLACE INTO item_tags (itemid, tag) VALUES ?', [items.map((id, n) => [id, `tag-${n % (ITEMS / TAGS)}`])]); // prettier-ignore
}
