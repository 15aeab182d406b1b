/** Statements on a connection, and whatever else is asked of it, each within its time. */
import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2';
import type { Sql, SqlValue } from './database';

/** An error as the driver's own, when it waited in vain. */
export const tooLate = (what: string, ms: number): Error =>
  Object.assign(new Error(`${what} within ${ms} ms`), { code: 'ETIMEDOUT', fatal: true });

/**
 * Waits for an answer, and ends the connection where none comes: what it did is unknown then, as when it is lost. The driver's own
 * timeouts end with an answer's first packet, which is why they are not enough.
 */
export function within<T>(
  connection: Connection,
  ms: number,
  ask: (done: (error: Error | null | undefined, answer: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      connection.destroy();
      reject(tooLate('The database did not answer', ms));
    }, ms);
    ask((error, answer) => {
      clearTimeout(timer);
      if (error === null || error === undefined)
        resolve(answer); // undefined where a connection ended
      else reject(error);
    });
  });
}

/** The driver puts the whole statement into its errors, names and e-mail addresses with it; a logger shows all that an error holds. */
function withoutStatement<E extends Error>(error: E): E {
  if ('sql' in error) delete error.sql;
  return error;
}

/** @param statementMs how long a statement may take, whole. */
export function sqlOn(connection: Connection, statementMs: number): Sql {
  const query = <Result extends RowDataPacket[] | ResultSetHeader>(
    statement: string,
    values: readonly SqlValue[] = [],
  ): Promise<Result> =>
    within(connection, statementMs, (done) => {
      connection.query<Result>(statement, [...values], (error, answer) => {
        done(error && withoutStatement(error), answer);
      });
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
