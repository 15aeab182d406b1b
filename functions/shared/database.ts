/** The read model's database: one lazily opened connection a function instance, replaced when it is found dead. */
import { createConnection, type Connection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { endsConnection } from './database-errors';

/** Where the database is and who signs in. */
export interface DatabaseConfig {
  readonly DATABASE_HOST: string;
  readonly DATABASE_PORT: number;
  readonly DATABASE_USER: string;
  readonly DATABASE_PASSWORD: string;
  readonly DATABASE_NAME: string;
}

/** Values as mysql2 binds them; an array of arrays is the rows of one multi-row `VALUES ?`. */
export type SqlValue = string | number | null | Date | readonly SqlValue[];

/** Runs single statements, on one connection. */
export interface Sql {
  /** Rows of a SELECT. */
  select<Row extends object>(statement: string, values?: readonly SqlValue[]): Promise<Row[]>;
  /** Any other statement; resolves to the number of rows it affected. */
  run(statement: string, values?: readonly SqlValue[]): Promise<number>;
}

/** A database that can be asked, or changed in one transaction; one at a time, since there is one connection. */
export interface Database {
  /** Asks outside a transaction. A connection found dead is replaced once. */
  read<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * All of `work` or nothing. Errors of the database pass through unchanged; where the connection was lost at COMMIT, whether
   * it took effect is unknown. The next use opens another connection.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Strict, so that a value that does not fit is refused and never cut; READ COMMITTED, so that `FOR UPDATE` on keys
 * that do not exist takes no gap locks (https://dev.mysql.com/doc/refman/8.0/en/innodb-locking.html).
 */
const SESSION = `SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO',
  time_zone = '+00:00', innodb_lock_wait_timeout = 10, wait_timeout = 60`;

/** A statement and not the variable, whose name MariaDB changed in 11.1. */
const ISOLATION = 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED';

async function openConnection(config: DatabaseConfig, connectTimeoutMs: number): Promise<Connection> {
  const connection = await createConnection({
    host: config.DATABASE_HOST,
    port: config.DATABASE_PORT,
    user: config.DATABASE_USER,
    password: config.DATABASE_PASSWORD,
    database: config.DATABASE_NAME,
    charset: 'utf8mb4_bin',
    dateStrings: true,
    supportBigNumbers: true,
    connectTimeout: connectTimeoutMs,
  });
  try {
    await connection.query(SESSION);
    await connection.query(ISOLATION);
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

async function inTransaction<T>(connection: Connection, work: (sql: Sql) => Promise<T>): Promise<T> {
  await connection.query('START TRANSACTION');
  try {
    const result = await work(sqlOn(connection));
    await connection.query('COMMIT');
    return result;
  } catch (error) {
    // A lost connection rolls back by itself; one that cannot roll back is as good as lost, and `error` is still the reason.
    if (!endsConnection(error))
      await connection.query('ROLLBACK').catch(() => {
        connection.destroy();
      });
    throw error;
  }
}

/** @param connectTimeoutMs how long to wait for the server's greeting. */
export function connectDatabase(config: DatabaseConfig, connectTimeoutMs = 5_000): Database {
  let open: Promise<Connection> | undefined;

  const forget = (mine: Promise<Connection>): void => {
    if (open === mine) open = undefined;
  };

  const acquire = (): Promise<Connection> => {
    if (open !== undefined) return open;
    const mine = openConnection(config, connectTimeoutMs);
    mine.then(
      // Emitted when an idle connection dies; without a listener it would end the process.
      (connection) =>
        connection.on('error', () => {
          forget(mine);
        }),
      () => {
        forget(mine);
      },
    );
    return (open = mine);
  };

  const withConnection = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    const mine = acquire();
    const connection = await mine;
    try {
      return await work(connection);
    } catch (error) {
      if (endsConnection(error)) {
        forget(mine);
        connection.destroy();
      }
      throw error;
    }
  };

  const read = <T>(work: (sql: Sql) => Promise<T>): Promise<T> =>
    withConnection((connection) => work(sqlOn(connection)));

  return {
    async read(work) {
      const reused = open !== undefined;
      try {
        return await read(work);
      } catch (error) {
        if (reused && endsConnection(error)) return read(work);
        throw error;
      }
    },
    transaction: (work) => withConnection((connection) => inTransaction(connection, work)),
    async close() {
      const mine = open;
      open = undefined;
      await (await mine?.catch(() => undefined))?.end();
    },
  };
}

function sqlOn(connection: Connection): Sql {
  return {
    async select<Row extends object>(statement: string, values: readonly SqlValue[] = []) {
      const [rows] = await connection.query<RowDataPacket[]>(statement, [...values]);
      return rows as unknown as Row[];
    },
    async run(statement, values = []) {
      const [result] = await connection.query<ResultSetHeader>(statement, [...values]);
      return result.affectedRows;
    },
  };
}
