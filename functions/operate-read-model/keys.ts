/** Keys of everything that the read model holds, page by page: customers, items, orders, each by id. */
import type { Sql } from '../shared/database';
import { selectIds, type SubjectTable } from './statements';

/** In the order in which their keys are told. */
const KINDS: readonly { readonly prefix: string; readonly table: SubjectTable }[] = [
  { prefix: 'customer#', table: 'customers' },
  { prefix: 'item#', table: 'items' },
  { prefix: 'order#', table: 'orders' },
];

/** The first `limit` keys behind `after`; `next` where there may be more. */
export async function keysPage(
  sql: Sql,
  after: string,
  limit: number,
): Promise<{ readonly keys: readonly string[]; readonly next?: string }> {
  const keys: string[] = [];
  for (const { prefix, table } of KINDS) {
    if (keys.length === limit || after >= `${prefix.slice(0, -1)}$`) continue; // `$` is the character behind `#`
    const position = after.startsWith(prefix) ? after.slice(prefix.length) : '';
    const ids = await selectIds(sql, table, position, limit - keys.length);
    keys.push(...ids.map((id) => prefix + id));
  }
  const last = keys.at(-1);
  return { keys, ...(keys.length === limit && last !== undefined && { next: last }) };
}
