/** Applies numbered migrations once each, in order, and keeps a ledger of them in `schema_migrations`. */
import { createHash } from 'node:crypto';
import type { Database, Sql } from '../functions/shared/database';
import type { Migration } from './migrations/index';

/** A step that could not be applied; the message carries the server's own reason. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

const LEDGER = `CREATE TABLE IF NOT EXISTS schema_migrations (
  name VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  checksum CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  applied_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin`;

/** Seconds to wait for another run of the migrations, or for a table that is in use. */
const PATIENCE = 60;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Names and contents of the migrations as one hash: template.yaml carries it, so that a change of it runs them. */
export const hashOf = (migrations: readonly Migration[]): string =>
  sha256(migrations.map(({ name, statement }) => `${name} ${sha256(statement)}`).join('\n'));

/**
 * Applies what the ledger does not have yet. Two runs at once wait for each other; a run that was cut off is taken up
 * where it ended. Migrations in the ledger that `migrations` lacks are left alone: an older release runs on a newer schema.
 *
 * @returns the names applied by this run.
 * @throws MigrationError naming the step and the server's error, or the migration that was edited after it was applied.
 */
export function migrate(database: Database, migrations: readonly Migration[]): Promise<string[]> {
  return database.read(async (sql) => {
    await sql.run('SET SESSION lock_wait_timeout = ?', [PATIENCE]);
    await lock(sql);
    try {
      await sql.run(LEDGER);
      return await applyMissing(sql, migrations);
    } finally {
      await unlock(sql);
    }
  });
}

async function applyMissing(sql: Sql, migrations: readonly Migration[]): Promise<string[]> {
  const ledger = await sql.select<{ name: string; checksum: string }>('SELECT name, checksum FROM schema_migrations');
  const known = new Map(ledger.map(({ name, checksum }) => [name, checksum]));
  const applied: string[] = [];
  for (const migration of migrations) {
    const checksum = sha256(migration.statement);
    const before = known.get(migration.name);
    if (before === undefined) {
      await apply(sql, migration, checksum);
      applied.push(migration.name);
    } else if (before !== checksum) {
      throw new MigrationError(
        `Migration ${migration.name} was edited after it was applied. Restore it and put the change into a new migration.`,
      );
    }
  }
  return applied;
}

async function apply(sql: Sql, { name, statement }: Migration, checksum: string): Promise<void> {
  try {
    await sql.run(statement);
  } catch (error) {
    if (!isDoneAlready(error))
      throw new MigrationError(`Migration ${name} failed: ${reasonOf(error)}`, { cause: error });
  }
  await sql.run('INSERT INTO schema_migrations (name, checksum) VALUES (?, ?)', [name, checksum]);
}

/** Duplicate key name: a CREATE INDEX that took effect before a crash kept it from the ledger. MySQL has no IF NOT EXISTS for it. */
const isDoneAlready = (error: unknown): boolean => error instanceof Error && 'errno' in error && error.errno === 1061;

/** The server's message with its number, as `… (errno 1064)`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const number = 'errno' in error && typeof error.errno === 'number' ? ` (errno ${error.errno})` : '';
  const words = error.message === '' && 'code' in error ? String(error.code) : error.message;
  return `${words}${number}`;
}

/** Named after the database, since GET_LOCK's names belong to the whole server; they may have 64 characters. */
const LOCK = `CONCAT('schema.', SHA2(DATABASE(), 224))`;

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
