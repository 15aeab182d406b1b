/** The database of the benchmarks: a server of our own with the read model's tables, emptied before each run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection, type Connection } from 'mysql2/promise';
import type { PasswordConfig } from '../functions/shared/database';
import { COMPLETE_SUMMARIES, READ_MODEL_TABLES } from '../functions/shared/rebuild';
import { startDatabaseServer } from '../local/database-server';
import { LOCAL, ROOT } from '../local/paths';
import { freePort } from '../local/ports';
import { provideToolchain } from '../local/toolchain';
import { SEED_SCHEMA, SEED_TABLES } from './ways/seed-tables';

export interface BenchDatabase {
  readonly config: PasswordConfig;
  /** Such as `MariaDB 11.4.5`. */
  readonly name: string;
  /** For whatever is no part of a measurement. */
  readonly connection: Connection;
  empty(): Promise<void>;
  stop(): Promise<void>;
}

const TABLES = [...READ_MODEL_TABLES, ...SEED_TABLES];

/**
 * Room for all of a run's rows in memory and in the log, which is called differently on each server; and a COMMIT that is one: servers
 * are durable unless told otherwise, and so is Aurora.
 */
const ROOM = ['SET GLOBAL innodb_log_file_size = 1073741824', 'SET GLOBAL innodb_redo_log_capacity = 1073741824'];
const SETTINGS = [
  'SET GLOBAL innodb_buffer_pool_size = 1073741824',
  'SET GLOBAL innodb_flush_log_at_trx_commit = 1',
  'SET GLOBAL local_infile = 1',
  // Our sessions are strict whatever the server is. The seed's take what they get, and it works where that is not strict alone, as on Aurora
  // unless told otherwise: its dates end with a Z. A procedure keeps the mode of the session that created it.
  "SET GLOBAL sql_mode = ''",
  "SET SESSION sql_mode = ''",
  'SET SESSION innodb_lock_wait_timeout = 5',
];

/** Error 1205, when a lock was waited for in vain. */
const isLockWait = (error: unknown): boolean => error instanceof Error && 'errno' in error && error.errno === 1205;

/**
 * Right after thousands of batches a TRUNCATE may meet the server itself at work on the table, and wait for as long as it is let: seen three
 * times in some hundreds of runs. So it is asked once more. A lock that a projector left behind is there the second time as well.
 */
async function truncate(connection: Connection, table: string): Promise<void> {
  const statement = `TRUNCATE TABLE ${table}`;
  await connection.query(statement).catch((error: unknown) => {
    if (!isLockWait(error)) throw error;
    return connection.query(statement);
  });
}

/** The statements of the dump that the migrations lead to. */
const schema = (): string[] =>
  readFileSync(join(ROOT, 'db-init/schema.sql'), 'utf8').match(/^CREATE TABLE [^;]+/gm) ?? [];

export async function startBenchDatabase(): Promise<BenchDatabase> {
  await provideToolchain(); // it downloads the server
  const server = await startDatabaseServer({ directory: join(LOCAL, 'bench', 'database'), port: await freePort() });
  const config = { ...server.config, DATABASE_NAME: 'bench' };
  const connection = await createConnection({
    host: config.DATABASE_HOST,
    port: config.DATABASE_PORT,
    user: config.DATABASE_USER,
    password: config.DATABASE_PASSWORD,
  });
  for (const statement of ROOM) await connection.query(statement).catch(() => undefined);
  const begin = [...SETTINGS, 'CREATE DATABASE bench', 'USE bench'];
  for (const statement of [...begin, ...schema(), ...SEED_SCHEMA]) await connection.query(statement);
  return {
    config,
    name: server.name,
    connection,
    async empty() {
      await connection.query('SET SESSION foreign_key_checks = 0'); // else no table that another refers to can be truncated
      for (const table of TABLES) await truncate(connection, table);
      await connection.query('INSERT INTO complete_summaries (name) VALUES ?', [
        COMPLETE_SUMMARIES.map((name) => [name]),
      ]);
    },
    async stop() {
      await connection.end();
      await server.stop();
    },
  };
}
