/** A database of a test's own on the server that the integration tests share, with the migrations applied. */
import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { migrate } from '../../db-init/migrate';
import { migrations } from '../../db-init/migrations/index';
import { connectDatabase, withPassword, type Database, type PasswordConfig } from '../../functions/shared/database';
import { READ_MODEL_TABLES } from '../../functions/shared/rebuild';

export interface TestDatabase {
  /** How to sign in to it, by password. */
  readonly config: PasswordConfig;
  /** One more connection, opened when it is used first; closed by {@link TestDatabase.drop}. */
  connect(): Database;
  drop(): Promise<void>;
}

/** One that does not exist yet. */
export interface PlannedDatabase extends TestDatabase {
  /** @param migrated whether the read model's tables are made in it. */
  create(migrated?: boolean): Promise<void>;
}

/** The server of the integration tests (tests/support/int-setup.ts starts it). */
export function testServer(): Omit<PasswordConfig, 'DATABASE_NAME'> {
  const address = process.env['ORDER_PIPELINE_TEST_DATABASE_URL'];
  if (address === undefined) throw new Error('Run integration tests by `npm run test:int`: it starts their database.');
  const url = new URL(address);
  return {
    DATABASE_HOST: url.hostname,
    DATABASE_PORT: Number(url.port),
    DATABASE_USER: url.username,
    DATABASE_PASSWORD: decodeURIComponent(url.password),
  };
}

/** A name for a database, and connections that may be made before it is there. */
export function planTestDatabase(server = testServer()): PlannedDatabase {
  const config = { ...server, DATABASE_NAME: `test_${randomBytes(6).toString('hex')}` };
  const connections: Database[] = [];
  const connect = (): Database => {
    const database = connectDatabase({ ...withPassword(config), severalAtOnce: true });
    connections.push(database);
    return database;
  };
  return {
    config,
    connect,
    async create(migrated = true) {
      await administer(server, `CREATE DATABASE ${config.DATABASE_NAME}`);
      if (migrated) await migrate(connect(), migrations);
    },
    async drop() {
      await Promise.all(connections.map((connection) => connection.close()));
      await administer(server, `DROP DATABASE ${config.DATABASE_NAME}`);
    },
  };
}

/** @param migrated whether the read model's tables are made in it. */
export async function createTestDatabase({ migrated = true } = {}, server = testServer()): Promise<TestDatabase> {
  const planned = planTestDatabase(server);
  await planned.create(migrated);
  return planned;
}

/** One statement outside any database of a test. */
export async function administer(server: Omit<PasswordConfig, 'DATABASE_NAME'>, statement: string): Promise<void> {
  const connection = await createConnection({
    host: server.DATABASE_HOST,
    port: server.DATABASE_PORT,
    user: server.DATABASE_USER,
    password: server.DATABASE_PASSWORD,
  });
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}

/** Empties the read model's tables. */
export async function emptyTables(database: Database): Promise<void> {
  await database.transaction(async (sql) => {
    for (const table of READ_MODEL_TABLES) if (table !== 'complete_summaries') await sql.run(`DELETE FROM ${table}`);
  });
}
