/**
 * The projection's SQL but for that of `subject-table.ts`, a function for each statement; values are always bound. It runs on MySQL 8 and 9, Aurora and MariaDB
 * alike. Multi-row statements are cut into pieces, so that none comes near `max_allowed_packet` (16 MB where it is smallest). What
 * changes rows is queued: it goes to the server with the next question, or with COMMIT.
 */
import type { Sql, SqlValue, TransactionSql } from '../shared/database';
import { writeUnbooked } from '../shared/unbooked-sales';
import type { DailySalesDifference, HeldRow, ItemRow, MonthlySalesDifference, SalesDifference } from './differences';

/** Rows of one statement; the longest has fewer than 300 bytes. */
const ROWS = 20_000;

/**
 * Rows of one DELETE by keys of several columns. Where their ranges take MySQL more than 8 MB (`range_optimizer_max_mem_size`) it reads
 * and locks the whole table instead: 2,000 rows of tags did on 8.0, 10,000 of `held_orders` on 9.7.
 * https://dev.mysql.com/doc/refman/8.0/en/range-optimization.html#range-optimization-memory-use
 */
const KEYS = 500;

/**
 * Stands behind a table whose rows are locked by a list of keys. Without it, a server reads a table of less than about five times as many
 * rows as the list has keys from end to end: it waits for rows of other writers, and keeps the lock of each that it waited for, at
 * READ COMMITTED too. So writers came to deadlocks over rows that only one of them had to do with. docs/adr/0015-sales-set-aside.md;
 * https://dev.mysql.com/doc/refman/8.0/en/index-hints.html
 */
export const BY_KEY = 'FORCE INDEX (PRIMARY)';

/**
 * Deletes rows by a list of keys. MariaDB takes the hint only where the table's name stands twice, and alone reads what is in these comments
 * (https://mariadb.com/kb/en/comment-syntax/). MySQL would read a small table from end to end in spite of the hint.
 */
export const deleting = (table: string, key: string): string =>
  `DELETE /*M! ${table} */ FROM ${table} /*M! ${BY_KEY} */ WHERE ${key} IN (?)`;

/** Queues a statement once for each piece of `rows`, so not at all where there are none. */
export async function inPieces(
  sql: TransactionSql,
  statement: string,
  rows: readonly SqlValue[],
  most = ROWS,
): Promise<void> {
  for (let start = 0; start < rows.length; start += most) await sql.queue(statement, [rows.slice(start, start + most)]);
}

/** The items of orders, sorted as an order's items are. */
export function selectItems(sql: Sql, orderids: readonly string[]): Promise<ItemRow[]> {
  return sql.select<ItemRow>(
    'SELECT orderid, itemid, quantity FROM order_items WHERE orderid IN (?) ORDER BY orderid, itemid',
    [orderids],
  );
}

const itemRow = ({ orderid, itemid, quantity }: ItemRow): SqlValue => [orderid, itemid, quantity];

/** Inserts the items of new orders. */
export function insertItems(sql: TransactionSql, items: readonly ItemRow[]): Promise<void> {
  return inPieces(sql, 'INSERT INTO order_items (orderid, itemid, quantity) VALUES ?', items.map(itemRow));
}

/** Writes items of orders whose rows are locked. */
export function upsertItems(sql: TransactionSql, items: readonly ItemRow[]): Promise<void> {
  return inPieces(
    sql,
    'INSERT INTO order_items (orderid, itemid, quantity) VALUES ? ON DUPLICATE KEY UPDATE quantity = VALUES(quantity)',
    items.map(itemRow),
  );
}

/** Deletes items of orders whose rows are locked. */
export function deleteItems(sql: TransactionSql, items: readonly ItemRow[]): Promise<void> {
  return inPieces(
    sql,
    deleting('order_items', '(orderid, itemid)'),
    items.map(({ orderid, itemid }) => [orderid, itemid]),
    KEYS,
  );
}

const heldRow = ({ itemid, customerid, orderdate, orderid }: HeldRow): SqlValue => [itemid, customerid, orderdate, orderid]; // prettier-ignore

const INSERT_HELD = 'INSERT INTO held_orders (itemid, customerid, orderdate, orderid) VALUES ?';

/** Inserts who holds what by new orders. */
export function insertHeldOrders(sql: TransactionSql, held: readonly HeldRow[]): Promise<void> {
  return inPieces(sql, INSERT_HELD, held.map(heldRow));
}

/** Writes who holds what by orders whose rows are locked. What is there already stays. */
export function upsertHeldOrders(sql: TransactionSql, held: readonly HeldRow[]): Promise<void> {
  return inPieces(sql, `${INSERT_HELD} ON DUPLICATE KEY UPDATE orderid = VALUES(orderid)`, held.map(heldRow));
}

/** Deletes who held what by orders whose rows are locked. */
export function deleteHeldOrders(sql: TransactionSql, held: readonly HeldRow[]): Promise<void> {
  return inPieces(sql, deleting('held_orders', '(itemid, customerid, orderdate, orderid)'), held.map(heldRow), KEYS);
}

/** A row of `item_tags`. */
export interface TagRow {
  readonly itemid: string;
  readonly tag: string;
}

const tagRow = ({ itemid, tag }: TagRow): SqlValue => [itemid, tag];

/** The tags of registered items. */
export function selectTags(sql: Sql, itemids: readonly string[]): Promise<TagRow[]> {
  return sql.select<TagRow>('SELECT itemid, tag FROM item_tags WHERE itemid IN (?)', [itemids]);
}

/** Inserts tags of items whose rows are locked or new. */
export function insertTags(sql: TransactionSql, tags: readonly TagRow[]): Promise<void> {
  return inPieces(sql, 'INSERT INTO item_tags (itemid, tag) VALUES ?', tags.map(tagRow));
}

/** Deletes tags of items whose rows are locked. */
export function deleteTags(sql: TransactionSql, tags: readonly TagRow[]): Promise<void> {
  return inPieces(sql, deleting('item_tags', '(itemid, tag)'), tags.map(tagRow), KEYS);
}

/** Adds to the number of registered customers. It is one row for all writers: the last statement of a batch, so that none waits long. */
export async function addToCustomerCount(sql: TransactionSql, difference: number): Promise<void> {
  if (difference === 0) return;
  await sql.queue(
    "INSERT INTO counts (name, total) VALUES ('customers', ?) ON DUPLICATE KEY UPDATE total = total + VALUES(total)",
    [difference],
  );
}

const ADD = 'ON DUPLICATE KEY UPDATE ordered = ordered + VALUES(ordered), orders = orders + VALUES(orders)';

/** Adds to the sales of items. */
export function addToItemSales(sql: TransactionSql, sales: readonly SalesDifference[]): Promise<void> {
  return inPieces(
    sql,
    `INSERT INTO item_sales (itemid, ordered, orders) VALUES ? ${ADD}`,
    sales.map(({ itemid, ordered, orders }) => [itemid, ordered, orders]),
  );
}

/** Adds to the sales of items by day. */
export function addToDailyItemSales(sql: TransactionSql, sales: readonly DailySalesDifference[]): Promise<void> {
  return inPieces(
    sql,
    `INSERT INTO daily_item_sales (itemid, orderday, ordered, orders) VALUES ? ${ADD}`,
    sales.map(({ itemid, orderday, ordered, orders }) => [itemid, orderday, ordered, orders]),
  );
}

/** Adds to the sales of items by month. */
export function addToMonthlyItemSales(sql: TransactionSql, sales: readonly MonthlySalesDifference[]): Promise<void> {
  return inPieces(
    sql,
    `INSERT INTO monthly_item_sales (itemid, month, ordered, orders) VALUES ? ${ADD}`,
    sales.map(({ itemid, month, ordered, orders }) => [itemid, month, ordered, orders]),
  );
}

/** Sets sales of a batch of new orders aside, to be booked by a later one. */
export async function insertUnbooked(sql: TransactionSql, sales: readonly DailySalesDifference[]): Promise<void> {
  const json = writeUnbooked(sales.map(({ itemid, orderday, ordered, orders }) => [itemid, orderday, ordered, orders]));
  await sql.queue('INSERT INTO unbooked_sales (sales) VALUES (?)', [json]);
}

/**
 * Fails with error 1242 where anything is in quarantine, and with it all that was to come then: a subquery in the place of a value may
 * have one row at most. https://dev.mysql.com/doc/refman/8.0/en/subquery-errors.html
 */
export const requireNoQuarantine = (sql: TransactionSql): Promise<void> =>
  sql.queue('SELECT (SELECT 1 UNION ALL SELECT 1 FROM quarantined_changes LIMIT 2) AS nothing');

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
export async function insertQuarantined(sql: TransactionSql, row: QuarantineRow): Promise<void> {
  await sql.queue(
    `INSERT INTO quarantined_changes (event_id, pk, sequence_number, error, record) VALUES (?, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE id = id`,
    [row.eventId, row.pk, row.sequenceNumber, row.error, row.record],
  );
}

/** Keeps a record unless its key is in quarantine already: that it was tried again in vain is nothing new. */
export async function insertFirstQuarantined(sql: TransactionSql, row: QuarantineRow): Promise<void> {
  await sql.queue(
    `INSERT INTO quarantined_changes (event_id, pk, sequence_number, error, record)
     SELECT ?, ?, ?, ?, ? FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM quarantined_changes WHERE pk = ?)`,
    [row.eventId, row.pk, row.sequenceNumber, row.error, row.record, row.pk],
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

/** Why keys are in quarantine: the newest reason of each comes last. */
export function selectReasons(sql: Sql, pks: readonly string[]): Promise<{ pk: string; error: string }[]> {
  return sql.select(
    'SELECT CAST(pk AS CHAR CHARACTER SET utf8mb4) AS pk, error FROM quarantined_changes WHERE pk IN (?) ORDER BY id',
    [pks],
  );
}

/** Deletes from the quarantine. */
export function deleteQuarantined(sql: TransactionSql, ids: readonly number[]): Promise<void> {
  return inPieces(sql, deleting('quarantined_changes', 'id'), ids);
}
