/** Only one run of the migrations at a time: what a database must offer for that, and how a connection does. */
import type { Database, Sql } from '../functions/shared/database';
import { MigrationError } from './migration-error';

/**
 * Runs `work` while no other run does, with the statements that it may use.
 *
 * @throws MigrationError where another run does not end in time.
 */
export type Exclusive = <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;

/** Seconds to wait for another run of the migrations, or for a table that is in use. */
const PATIENCE = 60;

/** Named after the database, since GET_LOCK's names belong to the whole server; they may have 64 characters. */
const LOCK = `CONCAT('schema.', SHA2(DATABASE(), 224))`;

/** By a named lock of the connection: it ends with the connection, however that ends. */
export const onConnection =
  (database: Database): Exclusive =>
  (work) =>
    database.read(async (sql) => {
      await sql.run('SET SESSION lock_wait_timeout = ?', [PATIENCE]);
      await lock(sql);
      try {
        return await work(sql);
      } finally {
        await unlock(sql);
      }
    });

async function lock(sql: Sql): Promise<void> {
  const [row] = await sql.select<{ held: number | null }>(`SELECT GET_LOCK(${LOCK}, ?) AS held`, [PATIENCE]);
  if (row?.held !== 1)
    throw new MigrationError(`Another run of the migrations did not end within ${PATIENCE} seconds.`);
}

async function unlock(sql: Sql): Promise<void> {
  try {
    await sql.select(`SELECT RELEASE_LOCK(${LOCK})`);
  } catch {
    // The connection is gone, and the lock with it; what happened first is the error to report.
  }
}
