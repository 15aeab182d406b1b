/** The SQL of the operations, a function for each statement. */
import type { Sql } from '../shared/database';
import type { QuarantinedRecord } from './operate';

/** `id`, key, error and time of a record in quarantine. */
const COLUMNS = `id, CAST(pk AS CHAR CHARACTER SET utf8mb4) AS pk, error,
  DATE_FORMAT(quarantined_at, '%Y-%m-%d %H:%i:%s') AS quarantinedAt`;

/** Orders by status, and the sum of their versions. One pass over the table. */
export async function countOrders(sql: Sql): Promise<{ active: number; cancelled: number; changes: number }> {
  const rows = await sql.select<{ status: string; orders: number; changes: number }>(
    `SELECT status, COUNT(*) AS orders, CAST(SUM(version) AS SIGNED) AS changes
       FROM orders WHERE status <> 'deleted' GROUP BY status`,
  );
  const count = (status: string): number => rows.find((row) => row.status === status)?.orders ?? 0;
  return {
    active: count('active'),
    cancelled: count('cancelled'),
    changes: rows.reduce((sum, { changes }) => sum + changes, 0),
  };
}

/** All records in quarantine. */
export async function countQuarantined(sql: Sql): Promise<number> {
  const [row] = await sql.select<{ records: number }>('SELECT COUNT(*) AS records FROM quarantined_changes');
  return row?.records ?? 0;
}

/** The oldest records behind an id. */
export function selectPage(sql: Sql, after: number, limit: number): Promise<QuarantinedRecord[]> {
  return sql.select(`SELECT ${COLUMNS} FROM quarantined_changes WHERE id > ? ORDER BY id LIMIT ?`, [after, limit]);
}

/** One record, whole. */
export async function selectOne(sql: Sql, id: number): Promise<(QuarantinedRecord & { record: string }) | undefined> {
  const [row] = await sql.select<QuarantinedRecord & { record: string }>(
    `SELECT ${COLUMNS}, record FROM quarantined_changes WHERE id = ?`,
    [id],
  );
  return row;
}

/** @returns how many there were. */
export function deleteQuarantined(sql: Sql, ids: readonly number[]): Promise<number> {
  return sql.run('DELETE FROM quarantined_changes WHERE id IN (?)', [ids]);
}

/** Tables of subjects, each with its key. */
export type SubjectTable = 'customers' | 'items' | 'orders';

const IDS: Readonly<Record<SubjectTable, string>> = {
  customers: "SELECT customerid AS id FROM customers WHERE status <> 'deleted' AND customerid > ? ORDER BY customerid LIMIT ?",
  items: "SELECT itemid AS id FROM items WHERE status <> 'deleted' AND itemid > ? ORDER BY itemid LIMIT ?",
  orders: "SELECT orderid AS id FROM orders WHERE status <> 'deleted' AND orderid > ? ORDER BY orderid LIMIT ?",
}; // prettier-ignore

/** The first ids behind one of subjects that are not deleted. */
export async function selectIds(sql: Sql, table: SubjectTable, after: string, limit: number): Promise<string[]> {
  return (await sql.select<{ id: string }>(IDS[table], [after, limit])).map(({ id }) => id);
}
