/** The read model's database: one lazily opened connection a function instance, replaced when it is found dead. */
import type { SslOptions } from 'mysql2';
import { classifyDatabaseError, endsConnection } from './database-errors';
import { openSession, type Patience, type Session } from './database-session';
import type { Bound } from './database-statements';
import { inTransaction } from './database-transaction';
import { passwordSignIn, type SignIn } from './sign-in';

/** Where the database is, as the environment names it. */
export interface DatabasePlace {
  readonly DATABASE_HOST: string;
  readonly DATABASE_PORT: number;
  readonly DATABASE_NAME: string;
}

/** Where the database is, how one signs in, and whether the connection is encrypted. */
export interface DatabaseConfig extends DatabasePlace {
  readonly signIn: SignIn;
  /** Whom the server must prove to be; asked at the first connection. Without it, the connection is not encrypted. */
  readonly tls?: (() => SslOptions) | undefined;
  /** Several statements may go to the server at once, as one text. For who writes many rows, and nobody else: docs/adr/0011. */
  readonly severalAtOnce?: boolean;
}

/** A database whose password is known. */
export interface PasswordConfig extends DatabasePlace {
  readonly DATABASE_USER: string;
  readonly DATABASE_PASSWORD: string;
}

/** For tests and local tools: signs in with the password that `config` holds, without encryption. */
export function withPassword({ DATABASE_USER, DATABASE_PASSWORD, ...place }: PasswordConfig): DatabaseConfig {
  return { ...place, signIn: passwordSignIn(DATABASE_USER, DATABASE_PASSWORD) };
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

/** As `Sql`, within a transaction. */
export interface TransactionSql extends Sql {
  /**
   * Runs a statement whose answer nobody needs: after all that came before, and before all that comes then. It goes to the server
   * together with what is waited for next, at the latest with COMMIT, and fails there.
   */
  queue(statement: string, values?: readonly SqlValue[]): Promise<void>;
  /** Rows of two SELECTs, the second done after the first, in one round trip. */
  selectBoth<First extends object, Second extends object>(first: Bound, second: Bound): Promise<[First[], Second[]]>;
}

/** A database that can be asked, or changed in one transaction; one at a time, since there is one connection. */
export interface Database {
  /** Asks outside a transaction. A connection found dead is replaced once. */
  read<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** As `read`; all of its statements see one state of the database. One that met tables being swapped is asked again. */
  snapshot<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * All of `work` or nothing. Errors of the database pass through unchanged; where the connection was lost at COMMIT, whether
   * it took effect is unknown. The next use opens another connection.
   */
  transaction<T>(work: (sql: TransactionSql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A statement may take this long unless told otherwise: the longest are migrations. */
const PATIENCE: Patience = { connectMs: 5_000, statementMs: 240_000 };

/** All statements see the database as it was at the first of them. */
const SNAPSHOT = ['SET TRANSACTION ISOLATION LEVEL REPEATABLE READ', 'START TRANSACTION READ ONLY'];

/** @param patience what differs from 5 seconds for connecting and 4 minutes for a statement. */
export const connectDatabase = (config: DatabaseConfig, patience: Partial<Patience> = {}): Database =>
  databaseOn(() => openSession(config, { ...PATIENCE, ...patience }));

/** Times that a snapshot is begun, at most, where others are in its way: readers are, when tables are swapped by a rebuild. */
const SNAPSHOTS = 4;

async function untilUndisturbed<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === SNAPSHOTS || classifyDatabaseError(error) !== 'conflict') throw error;
    }
  }
}

/** @param connect opens a connection: called at the first use, and where the last one is lost. */
export function databaseOn(connect: () => Promise<Session>): Database {
  let open: Promise<Session> | undefined;

  const forget = (mine: Promise<Session>): void => {
    if (open === mine) open = undefined;
  };

  const acquire = (): Promise<Session> => {
    if (open !== undefined) return open;
    const mine = connect();
    mine.then(
      (session) => {
        session.onError(() => {
          forget(mine);
        });
      },
      () => {
        forget(mine);
      },
    );
    return (open = mine);
  };

  const withSession = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const mine = acquire();
    const session = await mine;
    try {
      return await work(session);
    } catch (error) {
      if (endsConnection(error)) {
        forget(mine);
        session.destroy();
      }
      throw error;
    }
  };

  /** Nothing is written, so what a dead connection kept from being answered is asked once more. */
  const askTwice = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const reused = open !== undefined;
    try {
      return await withSession(work);
    } catch (error) {
      if (reused && endsConnection(error)) return withSession(work);
      throw error;
    }
  };

  return {
    read: (work) => askTwice(({ sql }) => work(sql)),
    snapshot: (work) => untilUndisturbed(() => askTwice((session) => inTransaction(session, SNAPSHOT, work))),
    transaction: (work) => withSession((session) => inTransaction(session, ['START TRANSACTION'], work)),
    async close() {
      const mine = open;
      open = undefined;
      await (await mine?.catch(() => undefined))?.end();
    },
  };
}
