/** One connection to the database: signed in, set up, and each of its statements within its time. */
import type { DatabaseConfig, Sql } from './database';
import { signIn } from './database-sign-in';
import { askOn, sqlBy, within, type Ask } from './database-statements';

/** How long to wait, in milliseconds. A socket whose other end is gone says nothing at all, for hours. */
export interface Patience {
  /** For connecting, whole: credentials, greeting, signing in, and setting the session up. */
  readonly connectMs: number;
  /** For the answer to what is sent at once, whole. */
  readonly statementMs: number;
}

export interface Session {
  readonly sql: Sql;
  /** In one round trip, where the database's configuration allows that. */
  readonly ask: Ask;
  /** Calls `listener` when the idle connection dies; without one, that would end the process. */
  onError(listener: () => void): void;
  /** Ends it at once; a transaction that is under way is rolled back by the server. */
  readonly destroy: () => void;
  end(): Promise<void>;
}

/** @throws the server's or the socket's error; SignInFailed where signing in is at fault. */
export async function openSession(config: DatabaseConfig, { connectMs, statementMs }: Patience): Promise<Session> {
  const deadline = Date.now() + connectMs;
  const left = (): number => Math.max(1, deadline - Date.now());
  const connection = await signIn(config, left);
  const ask = askOn(connection, statementMs, config.severalAtOnce === true);
  return {
    ask,
    sql: sqlBy(ask),
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
