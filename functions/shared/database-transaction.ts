/** A transaction on a session, in as few round trips as its questions allow. */
import { endsConnection } from './database-errors';
import type { TransactionSql } from './database';
import type { Session } from './database-session';
import type { Answer, Bound } from './database-statements';

/** Somebody who waits for the answer to the statement at `place`. */
interface Question {
  readonly place: number;
  readonly resolve: (answer: Answer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** @param waiting statements that have not been sent yet. What is asked takes them along, and what is asked at once goes at once. */
function sqlAfter({ ask }: Session, waiting: Bound[]): TransactionSql {
  const questions: Question[] = [];
  const send = async (): Promise<void> => {
    const asked = questions.splice(0);
    try {
      const answers = await ask(waiting.splice(0));
      for (const { place, resolve } of asked) resolve(answers[place]);
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  };
  const answerTo = (statement: Bound): Promise<Answer | undefined> =>
    new Promise((resolve, reject) => {
      if (questions.length === 0) queueMicrotask(() => void send());
      questions.push({ place: waiting.push(statement) - 1, resolve, reject });
    });
  return {
    select: async <Row extends object>(...statement: Bound) => (await answerTo(statement)) as Row[],
    run: async (...statement) => (await answerTo(statement)) as number,
    queue(...statement) {
      waiting.push(statement);
      return Promise.resolve();
    },
  };
}

/**
 * Does `work` between `begin` and COMMIT, and all of it or nothing. The transaction begins with the first statement that is waited
 * for, and what was queued last goes along with COMMIT: the server stops at the first statement that fails, before that.
 */
export async function inTransaction<T>(
  session: Session,
  begin: readonly string[],
  work: (sql: TransactionSql) => Promise<T>,
): Promise<T> {
  const sql = sqlAfter(session, begin.map((statement) => [statement])); // prettier-ignore
  try {
    const result = await work(sql);
    await sql.run('COMMIT');
    return result;
  } catch (error) {
    // A lost connection rolls back by itself; one that cannot roll back is as good as lost, and `error` is still the reason.
    if (!endsConnection(error)) await session.sql.run('ROLLBACK').catch(session.destroy);
    throw error;
  }
}
