/** What makes or swaps tables excludes itself and the migrations, which take the same locks (db-init/exclusive.ts, db-init/data-api-exclusive.ts). */
import type { Sql } from '../shared/database';
import type { Dependencies } from './deps';

/** Seconds to wait for another that has the lock, or for a table that is in use. */
const PATIENCE = 20;

/** Of migrations on a connection. */
const LOCK = `CONCAT('schema.', SHA2(DATABASE(), 224))`;

const FIND_LOCK_TABLE = `SELECT 1 AS found FROM information_schema.tables
  WHERE table_schema = DATABASE() AND table_name = 'schema_lock'`;
/** Of migrations over the Data API, which alone make the table. */
const LOCK_ROW = 'SELECT id FROM schema_lock WHERE id = 1 FOR UPDATE';

/** Another does something of the kind. */
export class SchemaInUse extends Error {
  override readonly name = 'SchemaInUse';
}

/**
 * @param work gets a connection to the read model.
 * @throws SchemaInUse where another does not end in time.
 */
export const exclusively = <T>({ live, lock }: Dependencies, work: (sql: Sql) => Promise<T>): Promise<T> =>
  lock.transaction(async (own) => {
    if ((await own.select(FIND_LOCK_TABLE)).length > 0) await own.select(LOCK_ROW);
    return live.read((sql) => onConnection(sql, work));
  });

async function onConnection<T>(sql: Sql, work: (sql: Sql) => Promise<T>): Promise<T> {
  await sql.run('SET SESSION lock_wait_timeout = ?', [PATIENCE]);
  const [row] = await sql.select<{ held: number | null }>(`SELECT GET_LOCK(${LOCK}, ?) AS held`, [PATIENCE]);
  if (row?.held !== 1) throw new SchemaInUse('Migrations, or another step of a rebuild, are under way');
  try {
    return await work(sql);
  } finally {
    // Where the connection is gone, so is the lock; what happened first is the error to report.
    await sql.select(`SELECT RELEASE_LOCK(${LOCK})`).catch(() => undefined);
  }
}
