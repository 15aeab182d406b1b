/** What transactions end with, for tests that want to know which errors were met on the way. */
import type { Database } from '../../functions/shared/database';

/**
 * Notes the numbers of the errors that transactions end with.
 *
 * @param session a statement that each begins with, such as one that sets a variable.
 */
export function noting(inner: Database, errors: unknown[], session?: string): Database {
  return {
    ...inner,
    transaction: (work) =>
      inner
        .transaction(async (sql) => {
          if (session !== undefined) await sql.run(session);
          return work(sql);
        })
        .catch((error: unknown) => {
          errors.push(error instanceof Error && 'errno' in error ? error.errno : error);
          throw error;
        }),
  };
}
