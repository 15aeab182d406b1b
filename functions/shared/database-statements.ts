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

/** A statement and its values. */
export type Bound = readonly [statement: string, values?: readonly SqlValue[] | undefined];

/** Rows, or how many were affected. */
export type Answer = object[] | number;

/** What a session is asked by: statements one after the other, up to the first that fails. Resolves to the answer of each. */
export type Ask = (statements: readonly Bound[]) => Promise<Answer[]>;

/** Rows, or other values, that go at once; the longest row has fewer than 300 bytes, and `max_allowed_packet` is 16 MB where it is smallest. */
const VALUES = 20_000;

const countValues = ([, values = []]: Bound): number =>
  values.reduce((sum: number, value) => sum + (Array.isArray(value) ? value.length : 1), 0);

/** Statements that go at once. */
function inGroups(statements: readonly Bound[]): Bound[][] {
  const groups: Bound[][] = [];
  let count = Infinity;
  for (const statement of statements) {
    count += countValues(statement);
    if (count > VALUES) {
      groups.push([]);
      count = countValues(statement);
    }
    groups.at(-1)?.push(statement);
  }
  return groups;
}

type Packet = RowDataPacket[] | ResultSetHeader;

const answerOf = (packet: Packet): Answer => ('affectedRows' in packet ? packet.affectedRows : packet);

/**
 * @param statementMs how long the answer to what is sent at once may take.
 * @param severalAtOnce whether the connection takes several statements as one text.
 */
export function askOn(connection: Connection, statementMs: number, severalAtOnce: boolean): Ask {
  const send = (group: readonly Bound[]): Promise<Packet | Packet[]> =>
    within(connection, statementMs, (done) => {
      const text = group.map(([statement]) => statement).join(';\n');
      const values = group.flatMap(([, own = []]) => own);
      connection.query<Packet & Packet[]>(text, values, (error, answer) => {
        done(error && withoutStatement(error), answer);
      });
    });
  return async (statements) => {
    const answers: Answer[] = [];
    for (const group of severalAtOnce ? inGroups(statements) : statements.map((one) => [one])) {
      const answer = await send(group);
      answers.push(...(group.length === 1 ? [answer as Packet] : (answer as Packet[])).map(answerOf));
    }
    return answers;
  };
}

/** Single statements. */
export const sqlBy = (ask: Ask): Sql => ({
  select: async <Row extends object>(...statement: Bound) => (await ask([statement])).at(-1) as Row[],
  run: async (...statement) => (await ask([statement])).at(-1) as number,
});
