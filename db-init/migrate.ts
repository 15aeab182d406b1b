/** Applies numbered migrations once each, in order, and keeps a ledger of them in `schema_migrations`. */
import { createHash } from 'node:crypto';
import type { Database, Sql } from '../functions/shared/database';
import { onConnection } from './exclusive';
import { MigrationError, reasonOf } from './migration-error';
import type { Migration } from './migrations/index';
import { copyStatements, formerly, linesOf, userStatements } from './users';

const LEDGER = `CREATE TABLE IF NOT EXISTS schema_migrations (
  name VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  checksum CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  applied_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin`;

/** Again: nothing happens. The Data API's client sends a call again whose answer was lost. */
const RECORD = `INSERT INTO schema_migrations (name, checksum) VALUES (?, ?)
  ON DUPLICATE KEY UPDATE name = VALUES(name)`;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What the users are granted, and what is left to them for a release. */
const grants: readonly string[] = [...userStatements, ...copyStatements('the read model'), ...linesOf(formerly)];

/**
 * Names and contents of the migrations, and the grants of the users, as one hash: template.yaml carries it, so that a change of
 * either runs db-init.
 */
export const hashOf = (migrations: readonly Migration[], users: readonly string[] = grants): string =>
  sha256([...migrations.map(({ name, statement }) => `${name} ${sha256(statement)}`), ...users].join('\n'));

/** As {@link applyMigrations}, on a connection. Two runs at once wait for each other. */
export const migrate = (database: Database, migrations: readonly Migration[]): Promise<string[]> =>
  onConnection(database)((sql) => applyMigrations(sql, migrations));

/**
 * The copy that a rebuild makes may have the schema from before, and rows of a projector that is about to be replaced: it is given up, and
 * projectors write the read model alone.
 */
const END_REBUILD = "UPDATE rebuild SET state = 'cancelled' WHERE id = 1 AND state = 'filling'";

/**
 * Where this release comes back after a rollback, the projector in between knew nothing of these summaries. Reports read what was there
 * before them, until a rebuild has made them anew.
 */
const DISTRUST_SUMMARIES = 'DELETE FROM complete_summaries';

/**
 * Applies what the ledger does not have yet, while no other run does. A run that was cut off is taken up where it ended.
 * Migrations in the ledger that `migrations` lacks are left alone: an older release runs on a newer schema.
 *
 * @returns the names applied by this run.
 * @throws MigrationError naming the step and the server's error, or the migration that was edited after it was applied.
 */
export async function applyMigrations(sql: Sql, migrations: readonly Migration[]): Promise<string[]> {
  await sql.run(LEDGER);
  const ledger = await sql.select<{ name: string; checksum: string }>('SELECT name, checksum FROM schema_migrations');
  const known = new Map(ledger.map(({ name, checksum }) => [name, checksum]));
  const applied: string[] = [];
  if (known.has('0013_create_rebuild')) await sql.run(END_REBUILD);
  if (known.has('0017_create_complete_summaries')) await sql.run(DISTRUST_SUMMARIES);
  for (const migration of migrations) {
    const checksum = sha256(migration.statement);
    const before = known.get(migration.name);
    if (before === undefined) {
      if (migration.ofNewModel !== true || known.size === 0) await apply(sql, migration);
      await sql.run(RECORD, [migration.name, checksum]);
      applied.push(migration.name);
    } else if (before !== checksum) {
      throw new MigrationError(
        `Migration ${migration.name} was edited after it was applied. Restore it and put the change into a new migration.`,
      );
    }
  }
  return applied;
}

async function apply(sql: Sql, { name, statement, repeated }: Migration): Promise<void> {
  try {
    for (let more = true; more;) more = (await sql.run(statement)) > 0 && repeated === true;
  } catch (error) {
    if (!isDoneAlready(error))
      throw new MigrationError(`Migration ${name} failed: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * Duplicate column name, duplicate key name, nothing of that name to drop: an ALTER TABLE, CREATE INDEX or DROP INDEX that took
 * effect before a crash kept it from the ledger. MySQL has no IF [NOT] EXISTS for them.
 */
const DONE_ALREADY = new Set<unknown>([1060, 1061, 1091]);

const isDoneAlready = (error: unknown): boolean =>
  error instanceof Error && 'errno' in error && DONE_ALREADY.has(error.errno);
