/** A transaction on a session, in as few round trips as its questions allow. */
import { endsConnection } from './database-errors';
import type { TransactionSql } from './database';
import type { Session } from './database-session';
import type { Answer, Bound } from './database-statements';

/** @param waiting statements that have not been sent yet. What is asked takes them along. */
function sqlAfter({ ask }: Session, waiting: Bound[]): TransactionSql {
  const withWaiting = async (...statements: readonly Bound[]): Promise<Answer[]> =>
    (await ask([...waiting.splice(0), ...statements])).slice(-statements.length);
  return {
    select: async <Row extends object>(...statement: Bound) => (await withWaiting(statement))[0] as Row[],
    selectBoth: async (...both) => (await withWaiting(...both)) as [object[], object[]] as never,
    run: async (...statement) => (await withWaiting(statement))[0] as number,
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
