/** The SQL of a rebuild, a function for each statement. Names of databases come from the configuration (`\w{1,64}`), everything else is bound. */
import type { Sql } from '../shared/database';
import { COMPLETE_SUMMARIES, READ_MODEL_TABLES, type Rebuild } from '../shared/rebuild';
import { UNBOOKED } from '../shared/unbooked-sales';
import type { Names } from './deps';

/** The last rebuild, with what is needed to tell how fast it is. */
export interface RebuildRow extends Rebuild {
  readonly expected: number;
  readonly itemsBefore: number;
  /** Seconds since it began, or last went on. */
  readonly seconds: number;
}

export async function selectRebuildRow(sql: Sql): Promise<RebuildRow | undefined> {
  const [row] = await sql.select<RebuildRow>(
    `SELECT run, state, expected, items_before AS itemsBefore,
            TIMESTAMPDIFF(MICROSECOND, went_on_at, UTC_TIMESTAMP(3)) / 1e6 AS seconds
       FROM rebuild WHERE id = 1`,
  );
  return row;
}

const WRITE = `INTO rebuild (id, run, state, expected, items_before, went_on_at) VALUES (1, ?, ?, ?, 0, UTC_TIMESTAMP(3))`;

/** From now on, projectors write the copy too. */
export async function writeRebuild(sql: Sql, run: string, expected: number): Promise<void> {
  await sql.run(
    `INSERT ${WRITE} ON DUPLICATE KEY UPDATE run = VALUES(run), state = VALUES(state), expected = VALUES(expected),
       items_before = 0, went_on_at = VALUES(went_on_at)`,
    [run, 'filling', expected],
  );
}

/** What the read model is to say of its rebuild once the copy is in its place. */
export async function writeRebuildOfCopy(sql: Sql, { copy }: Names, run: string, expected: number): Promise<void> {
  await sql.run(`INSERT ${WRITE.replace('rebuild', `${copy}.rebuild`)}`, [run, 'swapped', expected]);
}

/** It goes on: how fast it is, is to be told from here. */
export async function writeGoingOn(sql: Sql, items: number): Promise<void> {
  await sql.run('UPDATE rebuild SET items_before = ?, went_on_at = UTC_TIMESTAMP(3) WHERE id = 1', [items]);
}

/** @returns whether a rebuild was under way. */
export async function writeCancelled(sql: Sql): Promise<boolean> {
  return (await sql.run("UPDATE rebuild SET state = 'cancelled' WHERE id = 1 AND state = 'filling'")) > 0;
}

/** Orders, customers and items that are not deleted. */
export async function countSubjects(sql: Sql): Promise<number> {
  const [row] = await sql.select<{ subjects: number }>(
    `SELECT (SELECT COUNT(*) FROM orders WHERE status <> 'deleted') + (SELECT COUNT(*) FROM customers WHERE status <> 'deleted')
       + (SELECT COUNT(*) FROM items WHERE status <> 'deleted') AS subjects`,
  );
  return row?.subjects ?? 0;
}

/** Drops the copy, or what the swap left. */
export async function dropCopy(sql: Sql, { copy }: Names): Promise<void> {
  await sql.run(`DROP DATABASE IF EXISTS ${copy}`);
}

/** Makes the copy anew, empty. Ids of its quarantine begin far behind, so that none means one thing before the swap and another after. */
export async function createCopy(sql: Sql, { live, copy }: Names): Promise<void> {
  await sql.run(`CREATE DATABASE ${copy}`);
  for (const table of READ_MODEL_TABLES) await sql.run(`CREATE TABLE ${copy}.${table} LIKE ${live}.${table}`);
  await sql.run(`INSERT INTO ${copy}.complete_summaries (name) VALUES ?`, [COMPLETE_SUMMARIES.map((name) => [name])]);
  const [row] = await sql.select<{ last: number }>(
    'SELECT CAST(COALESCE(MAX(id), 0) AS SIGNED) AS last FROM quarantined_changes',
  );
  await sql.run(`ALTER TABLE ${copy}.quarantined_changes AUTO_INCREMENT = ${(row?.last ?? 0) + 1_000_000}`);
}

/** One place for each segment of the scan, at its beginning. */
export async function insertSegments(sql: Sql, { copy }: Names, segments: number): Promise<void> {
  const rows = Array.from({ length: segments }, (_, segment) => [segment, null, 0, 0]);
  await sql.run(`INSERT INTO ${copy}.rebuild_segments (segment, position, items, done) VALUES ?`, [rows]);
}

/** How far a segment is. */
export interface Segment {
  readonly segment: number;
  /** Key of the last item that was projected. */
  readonly position: string | null;
  readonly items: number;
  readonly done: 0 | 1;
}

/** @param database whose segments: those of the copy, or of the last rebuild that was swapped. */
export function selectSegments(sql: Sql, database: string): Promise<Segment[]> {
  return sql.select(
    `SELECT segment, CAST(position AS CHAR CHARACTER SET utf8mb4) AS position, items, done
       FROM ${database}.rebuild_segments ORDER BY segment`,
  );
}

/** @returns false where somebody else moved the segment on meanwhile, or the copy is another run's. Of the copy's own connection. */
export async function moveSegment(
  sql: Sql,
  run: string,
  from: Segment,
  position: string | null,
  items: number,
): Promise<boolean> {
  const moved = await sql.run(
    `UPDATE rebuild_segments SET position = ?, items = items + ?, done = ?
      WHERE segment = ? AND position <=> ? AND done = 0 AND EXISTS (SELECT 1 FROM rebuild WHERE id = 1 AND run = ?)`,
    [position, items, position === null ? 1 : 0, from.segment, from.position, run],
  );
  return moved > 0;
}

/** Tombstones that the copy has no row for: with them a late record of what was deleted before is known for what it is. */
export async function copyTombstones(sql: Sql, { copy }: Names): Promise<void> {
  for (const [table, key] of [
    ['orders', 'orderid'],
    ['items', 'itemid'],
    ['customers', 'customerid'],
  ] as const)
    // prettier-ignore
    await sql.run(
      `INSERT INTO ${copy}.${table} SELECT * FROM ${table} old WHERE old.status = 'deleted'
         AND NOT EXISTS (SELECT 1 FROM ${copy}.${table} new WHERE new.${key} = old.${key})`,
    );
}

/** Ids of orders whose row in the copy is not what became of the read model's row: that one tells of another life of the id, or names no key. */
export async function selectOtherLives(sql: Sql, { copy }: Names): Promise<string[]> {
  const rows = await sql.select<{ id: string }>(
    `SELECT new.orderid AS id FROM orders old JOIN ${copy}.orders new ON new.orderid = old.orderid
      WHERE new.status <> 'deleted' AND new.created_by IS NOT NULL
        AND NOT (old.status <> 'deleted' AND old.created_by <=> new.created_by AND old.orderdate <=> new.orderdate
                 AND old.version <= new.version)`,
  );
  return rows.map(({ id }) => id);
}

/** Takes their keys from orders of the copy: no image of them is believed without a look at the table. */
export async function forgetKeys(sql: Sql, { copy }: Names, ids: readonly string[]): Promise<void> {
  await sql.run(`UPDATE ${copy}.orders SET created_by = NULL WHERE orderid IN (?) AND status <> 'deleted'`, [ids]);
}

/** Puts the copy in the read model's place, all tables in one moment; the old ones get the ending `_old`. */
export async function swapTables(sql: Sql, { live, copy }: Names): Promise<void> {
  const renames = READ_MODEL_TABLES.map(
    (table) => `${live}.${table} TO ${copy}.${table}_old, ${copy}.${table} TO ${live}.${table}`,
  );
  await sql.run(`RENAME TABLE ${renames.join(', ')}`);
}

/** Whether the copy's database holds what the swap left. */
export async function hasOldTables(sql: Sql, { copy }: Names): Promise<boolean> {
  const rows = await sql.select(
    `SELECT 1 AS found FROM information_schema.tables WHERE table_schema = ? AND table_name = 'quarantined_changes_old'`,
    [copy],
  );
  return rows.length > 0;
}

/** Records of the old quarantine that tell no key: no scan finds them again. */
export async function keepKeylessRecords(sql: Sql, { copy }: Names): Promise<void> {
  await sql.run(
    `INSERT INTO quarantined_changes (event_id, pk, sequence_number, error, record, quarantined_at)
     SELECT event_id, pk, sequence_number, error, record, quarantined_at FROM ${copy}.quarantined_changes_old old
      WHERE old.pk = '' AND NOT EXISTS (SELECT 1 FROM quarantined_changes kept WHERE kept.event_id = old.event_id)`,
  );
}

/** Two sums of the copy that must be the same, with what they are. */
export interface Comparison {
  readonly what: string;
  readonly summed: number;
  readonly counted: number;
}

/** What there is of active orders' items; each customer's own of them. */
const COUNT_ITEMS = `SELECT CAST(COALESCE(SUM(quantity), 0) AS SIGNED) AS quantities, COUNT(*) AS days, 0 AS oddMonths, COUNT(customerid) AS held
  FROM order_items JOIN orders USING (orderid) WHERE status = 'active'`;

/** One by one: what a former release's projector, which knows no months, left out of one month it may have taken from another. */
const ODD_MONTHS = `SELECT itemid, month FROM (
    SELECT itemid, EXTRACT(YEAR_MONTH FROM orderday) AS month, ordered, orders FROM daily_item_sales
    UNION ALL SELECT itemid, month, -ordered, -orders FROM monthly_item_sales) both_sides
  GROUP BY itemid, month HAVING SUM(ordered) <> 0 OR SUM(orders) <> 0`;

/** With what is set aside, though pages of a copy, which are no deliveries of new orders, set nothing aside. */
const SUMMARIES = `SELECT
  CAST((SELECT COALESCE(SUM(ordered), 0) FROM item_sales)
    + (SELECT COALESCE(SUM(unbooked.ordered), 0) FROM ${UNBOOKED}) AS SIGNED) AS quantities,
  CAST((SELECT COALESCE(SUM(orders), 0) FROM daily_item_sales)
    + (SELECT COALESCE(SUM(unbooked.orders), 0) FROM ${UNBOOKED}) AS SIGNED) AS days,
  (SELECT COUNT(*) FROM (${ODD_MONTHS}) odd) AS oddMonths,
  (SELECT COUNT(*) FROM held_orders) AS held,
  CAST((SELECT COALESCE(SUM(total), 0) FROM counts WHERE name = 'customers') AS SIGNED) AS customers`;

const COUNT_CUSTOMERS = "SELECT COUNT(*) AS customers FROM customers WHERE status = 'active'";

type Sums = Readonly<Record<'quantities' | 'days' | 'oddMonths' | 'held' | 'customers', number>>;

const WORDS: Readonly<Record<keyof Sums, string>> = {
  quantities: 'quantities ordered',
  days: 'orders by day',
  oddMonths: 'months of an item that are not the sum of its days',
  held: 'orders of a customer',
  customers: 'customers',
};

/** The copy's summaries against its rows; on its own connection, in one snapshot. */
export async function compareSummaries(sql: Sql): Promise<Comparison[]> {
  const [summed] = await sql.select<Sums>(SUMMARIES);
  const [items] = await sql.select<Sums>(COUNT_ITEMS);
  const [customers] = await sql.select<Sums>(COUNT_CUSTOMERS);
  const counted = { ...items, ...customers };
  return (Object.keys(WORDS) as (keyof Sums)[]).map((name) => ({
    what: WORDS[name],
    summed: summed?.[name] ?? 0,
    counted: counted[name] ?? 0,
  }));
}
