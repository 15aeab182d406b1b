/**
 * The projection's SQL, a function for each statement; values are always bound. It runs on MySQL 8 and 9, Aurora and MariaDB
 * alike. Multi-row statements are cut into pieces, so that none comes near `max_allowed_packet` (16 MB where it is smallest).
 */
import type { Sql, SqlValue } from '../shared/database';
import type { DailySalesDifference, ItemRow, SalesDifference } from './differences';
import type { OrderState } from './order-image';

/** Rows of one statement; the longest has fewer than 300 bytes. */
const ROWS = 20_000;

/** Runs a statement once for each piece of `rows`, so not at all where there are none. */
async function inPieces(sql: Sql, statement: string, rows: readonly SqlValue[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS) await sql.run(statement, [rows.slice(start, start + ROWS)]);
}

/** A row of `orders`, and none of its items. */
export type OrderRow = Omit<OrderState, 'items'>;

/**
 * Locks the rows of those orders that have one, until the transaction ends.
 *
 * @returns the rows, and whether anything at all is in quarantine: told by a row with an empty orderid, which saves each batch
 *   the round trip of a statement that nearly always finds nothing.
 */
export async function lockOrders(
  sql: Sql,
  orderids: readonly string[],
): Promise<{ rows: OrderRow[]; anyQuarantined: boolean }> {
  const rows = await sql.select<OrderRow>(
    `(SELECT orderid, customerid, status, version, orderdate, created_by AS createdBy
        FROM orders WHERE orderid IN (?) ORDER BY orderid FOR UPDATE)
     UNION ALL (SELECT '', NULL, 'deleted', 0, NULL, NULL FROM quarantined_changes LIMIT 1)`,
    [orderids],
  );
  return {
    rows: rows.filter((row) => row.orderid !== ''),
    anyQuarantined: rows.some((row) => row.orderid === ''),
  };
}

/** The items of orders, sorted as an order's items are. */
export function selectItems(sql: Sql, orderids: readonly string[]): Promise<ItemRow[]> {
  return sql.select<ItemRow>(
    'SELECT orderid, itemid, quantity FROM order_items WHERE orderid IN (?) ORDER BY orderid, itemid',
    [orderids],
  );
}

const orderRow = (order: OrderState): SqlValue => [
  order.orderid,
  order.customerid,
  order.status,
  order.version,
  order.orderdate,
  order.createdBy,
];

const itemRow = ({ orderid, itemid, quantity }: ItemRow): SqlValue => [orderid, itemid, quantity];

const INSERT_ORDERS = 'INSERT INTO orders (orderid, customerid, status, version, orderdate, created_by) VALUES ?';

/**
 * Inserts orders that had no row when they were looked for.
 *
 * @throws error 1062 where another writer was faster. An upsert here would book such an order into the summaries twice.
 */
export function insertOrders(sql: Sql, orders: readonly OrderState[]): Promise<void> {
  return inPieces(sql, INSERT_ORDERS, orders.map(orderRow));
}

/** Writes orders whose rows are locked. */
export function upsertOrders(sql: Sql, orders: readonly OrderState[]): Promise<void> {
  return inPieces(
    sql,
    `${INSERT_ORDERS} ON DUPLICATE KEY UPDATE customerid = VALUES(customerid), status = VALUES(status),
       version = VALUES(version), orderdate = VALUES(orderdate), created_by = VALUES(created_by)`,
    orders.map(orderRow),
  );
}

/** Inserts the items of new orders. */
export function insertItems(sql: Sql, items: readonly ItemRow[]): Promise<void> {
  return inPieces(sql, 'INSERT INTO order_items (orderid, itemid, quantity) VALUES ?', items.map(itemRow));
}

/** Writes items of orders whose rows are locked. */
export function upsertItems(sql: Sql, items: readonly ItemRow[]): Promise<void> {
  return inPieces(
    sql,
    'INSERT INTO order_items (orderid, itemid, quantity) VALUES ? ON DUPLICATE KEY UPDATE quantity = VALUES(quantity)',
    items.map(itemRow),
  );
}

/** Deletes items of orders whose rows are locked. */
export function deleteItems(sql: Sql, items: readonly ItemRow[]): Promise<void> {
  return inPieces(
    sql,
    'DELETE FROM order_items WHERE (orderid, itemid) IN (?)',
    items.map(({ orderid, itemid }) => [orderid, itemid]),
  );
}

const ADD = 'ON DUPLICATE KEY UPDATE ordered = ordered + VALUES(ordered), orders = orders + VALUES(orders)';

/** Adds to the sales of items. */
export function addToItemSales(sql: Sql, sales: readonly SalesDifference[]): Promise<void> {
  return inPieces(
    sql,
    `INSERT INTO item_sales (itemid, ordered, orders) VALUES ? ${ADD}`,
    sales.map(({ itemid, ordered, orders }) => [itemid, ordered, orders]),
  );
}

/** Adds to the sales of items by day. */
export function addToDailyItemSales(sql: Sql, sales: readonly DailySalesDifference[]): Promise<void> {
  return inPieces(
    sql,
    `INSERT INTO daily_item_sales (itemid, orderday, ordered, orders) VALUES ? ${ADD}`,
    sales.map(({ itemid, orderday, ordered, orders }) => [itemid, orderday, ordered, orders]),
  );
}

/** A row of `quarantined_changes`. */
export interface QuarantineRow {
  readonly eventId: string;
  readonly pk: string;
  /** Decimal digits; null where the record has none. */
  readonly sequenceNumber: string | null;
  readonly error: string;
  /** The whole record, as JSON. */
  readonly record: string;
}

/** Keeps a record that cannot be projected; one statement each, as a record may be large. Again: nothing happens. */
export async function insertQuarantined(sql: Sql, row: QuarantineRow): Promise<void> {
  await sql.run(
    `INSERT INTO quarantined_changes (event_id, pk, sequence_number, error, record) VALUES (?, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE id = id`,
    [row.eventId, row.pk, row.sequenceNumber, row.error, row.record],
  );
}

/** What is in quarantine of some keys. */
export function selectQuarantined(
  sql: Sql,
  pks: readonly string[],
): Promise<{ id: number; pk: string; sequenceNumber: string | null }[]> {
  return sql.select(
    `SELECT id, CAST(pk AS CHAR CHARACTER SET utf8mb4) AS pk, CAST(sequence_number AS CHAR) AS sequenceNumber
       FROM quarantined_changes WHERE pk IN (?)`,
    [pks],
  );
}

/** Deletes from the quarantine. */
export function deleteQuarantined(sql: Sql, ids: readonly number[]): Promise<void> {
  return inPieces(sql, 'DELETE FROM quarantined_changes WHERE id IN (?)', ids);
}
