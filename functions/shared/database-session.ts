/** One connection to the database: signed in, set up, and each of its statements within its time. */
import { createConnection, type Connection, type ResultSetHeader, type RowDataPacket } from 'mysql2';
import type { DatabaseConfig, Sql, SqlValue } from './database';

/** How long to wait, in milliseconds. A socket whose other end is gone says nothing at all, for hours. */
export interface Patience {
  /** For signing in, from the first packet on. */
  readonly connectMs: number;
  /** For a statement's answer, whole. */
  readonly statementMs: number;
}

export interface Session {
  readonly sql: Sql;
  /** Calls `listener` when the idle connection dies; without one, that would end the process. */
  onError(listener: () => void): void;
  /** Ends it at once; a transaction that is under way is rolled back by the server. */
  readonly destroy: () => void;
  end(): Promise<void>;
}

/**
 * Strict, so that a value that does not fit is refused and never cut; READ COMMITTED, so that `FOR UPDATE` on keys
 * that do not exist takes no gap locks (https://dev.mysql.com/doc/refman/8.0/en/innodb-locking.html).
 */
const SETTINGS = `SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO',
  time_zone = '+00:00', innodb_lock_wait_timeout = 10, wait_timeout = 60`;

/** A statement and not the variable, whose name MariaDB changed in 11.1. */
const ISOLATION = 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED';

/**
 * Waits for an answer, and ends the connection where none comes: what it did is unknown then, as when it is lost. The driver's own
 * timeouts end with an answer's first packet, which is why they are not enough.
 */
function within<T>(
  connection: Connection,
  ms: number,
  ask: (done: (error: Error | null, answer: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      connection.destroy();
      const error = new Error(`The database did not answer within ${ms} ms`);
      reject(Object.assign(error, { code: 'ETIMEDOUT', fatal: true }));
    }, ms);
    ask((error, answer) => {
      clearTimeout(timer);
      if (!(error instanceof Error))
        resolve(answer); // null, or undefined where a connection ended
      else reject(error);
    });
  });
}

function sqlOn(connection: Connection, statementMs: number): Sql {
  const query = <Result extends RowDataPacket[] | ResultSetHeader>(
    statement: string,
    values: readonly SqlValue[] = [],
  ): Promise<Result> =>
    within(connection, statementMs, (done) => {
      connection.query<Result>(statement, [...values], done);
    });
  return {
    async select<Row extends object>(statement: string, values?: readonly SqlValue[]) {
      return (await query<RowDataPacket[]>(statement, values)) as unknown as Row[];
    },
    async run(statement, values) {
      return (await query<ResultSetHeader>(statement, values)).affectedRows;
    },
  };
}

/** @throws the server's or the socket's error. */
export async function openSession(config: DatabaseConfig, { connectMs, statementMs }: Patience): Promise<Session> {
  const connection = createConnection({
    host: config.DATABASE_HOST,
    port: config.DATABASE_PORT,
    user: config.DATABASE_USER,
    password: config.DATABASE_PASSWORD,
    database: config.DATABASE_NAME,
    charset: 'utf8mb4_bin',
    dateStrings: true,
    supportBigNumbers: true,
    connectTimeout: connectMs,
  });
  const sql = sqlOn(connection, statementMs);
  try {
    await within<undefined>(connection, connectMs, (done) => {
      connection.connect((error) => {
        done(error, undefined);
      });
    });
    await sql.run(SETTINGS);
    await sql.run(ISOLATION);
  } catch (error) {
    connection.destroy();
    throw error;
  }
  return {
    sql,
    onError: (listener) => connection.on('error', listener),
    destroy: () => {
      connection.destroy();
    },
    end: () =>
      within<undefined>(connection, connectMs, (done) => {
        connection.end((error) => {
          done(error, undefined);
        });
      }),
  };
}
