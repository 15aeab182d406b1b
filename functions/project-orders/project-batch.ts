/** One batch in one transaction: all of it is projected, or none. */
import type { TransactionSql } from '../shared/database';
import { customers } from './customers';
import { orders } from './orders';
import type { OrdersTable } from './orders-table';
import { Part, type Projected } from './part';
import { letGo, madeUpFor, quarantine } from './quarantine';
import type { BadRecord } from './read-batch';
import { registeredItems } from './registered-items';
import { dealWithStrays } from './strays';

export { judge, type Projected } from './part';

/** What came of a batch. */
export interface Outcome {
  readonly projected: readonly Projected[];
  readonly quarantined: readonly BadRecord[];
}

const KINDS = [orders, registeredItems, customers];

/**
 * Projects a batch, within the caller's transaction (READ COMMITTED). Done twice, or by several writers at once, it comes to the
 * same: rows are locked before they are compared, and a subject that is new to two writers is inserted by one of them.
 *
 * Round trips do not depend on how many records there are, nor of which kinds: the locks, the quarantine where something is in it, the
 * lists of rows that change, and what is queued, with COMMIT.
 *
 * @throws errors of the database as they are (`classifyDatabaseError` tells them apart), OrdersTableUnavailable.
 */
export async function projectBatch(
  sql: TransactionSql,
  records: readonly unknown[],
  table: OrdersTable,
): Promise<Outcome> {
  // One kind after the other, always in this order, and so are the locks: writers queue up instead of deadlocking.
  const parts = [new Part(orders, records), new Part(registeredItems, records), new Part(customers, records)];
  const anyQuarantined = (await Promise.all(parts.map((part) => part.lock(sql)))).includes(true);
  const changes = parts.flatMap((part) => part.changes);
  const quarantined = anyQuarantined && changes.length > 0 ? await madeUpFor(sql, changes) : [];
  const repaired = new Set(quarantined.map(({ pk }) => pk));
  const unknown = parts.flatMap((part) => part.judge(repaired));
  await Promise.all(parts.map((part) => part.complete(sql)));
  // The rows are locked: nobody projects anything older meanwhile.
  const items = unknown.length === 0 ? new Map<string, unknown>() : await table.read(unknown);
  const asked = parts.flatMap((part) => part.choose(items));
  const projected: Projected[] = [];
  for (const part of parts) projected.push(...(await part.write(sql)));
  const still = new Set(asked.map(({ pk }) => pk));
  await letGo(sql, quarantined.filter(({ pk }) => !still.has(pk))); // prettier-ignore
  const strays = await dealWithStrays(sql, KINDS, records, table);
  const bad = [...parts.flatMap((part) => part.bad), ...asked, ...strays];
  await quarantine(sql, bad);
  return { projected, quarantined: bad };
}
