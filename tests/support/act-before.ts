/** A database that does something right before a statement: another writer, or an outage. */
import type { Database } from '../../functions/shared/database';

/** Calls `act` once, before the first statement that is queued in a transaction and begins with `beginning`. */
export function actBefore(inner: Database, beginning: string, act: () => Promise<unknown>): Database {
  let pending = true;
  return {
    ...inner,
    transaction: (work) =>
      inner.transaction((sql) =>
        work({
          ...sql,
          async queue(statement, values) {
            if (pending && statement.startsWith(beginning)) {
              pending = false;
              await act();
            }
            return sql.queue(statement, values);
          },
        }),
      ),
  };
}
