/** Keys that no subject can have, such as `order#a b`: nothing of them is projected, and their records wait until the item is gone. */
import * as v from 'valibot';
import type { TransactionSql } from '../shared/database';
import { describeIssues } from './image';
import type { OrdersTable } from './orders-table';
import { letGo, madeUpFor } from './quarantine';
import {
  badRecord,
  isKeyOf,
  isMadeUpFor,
  keyOf,
  makesUpFor,
  recordSchema,
  type BadRecord,
  type Known,
  type Prefixed,
} from './read-batch';

/** What a batch says about such keys. */
interface Strays {
  /** Keys that were deleted, each once: nothing is there that would have to be projected. */
  readonly gone: ReadonlyMap<string, Known>;
  /** Records that ask for what is in the table now. */
  readonly asking: readonly BadRecord[];
  readonly bad: readonly BadRecord[];
}

/** Reads those records of a batch whose key is of none of the kinds. Pure. */
export function readStrays(kinds: readonly Prefixed[], records: readonly unknown[]): Strays {
  const words = `Keys.pk: must be ${kinds.map(({ prefix }) => prefix).join(' or ')} and an id`;
  const gone = new Map<string, Known>();
  const asking: BadRecord[] = [];
  const bad: BadRecord[] = [];
  for (const record of records) {
    if (kinds.some((kind) => isKeyOf(kind, keyOf(record)))) continue;
    const result = v.safeParse(recordSchema, record);
    if (!result.success) bad.push(badRecord(record, describeIssues(result.issues)));
    else if (['REDRIVE', 'SCAN'].includes(result.output.eventName)) asking.push(badRecord(record, words));
    else if (result.output.eventName !== 'REMOVE') bad.push(badRecord(record, words));
    else {
      const { Keys, SequenceNumber: sequenceNumber } = result.output.dynamodb;
      const pk = Keys.pk.S;
      if (!makesUpFor(gone.get(pk), sequenceNumber)) gone.set(pk, { pk, sequenceNumber });
    }
  }
  const isRepaired = isMadeUpFor(gone);
  return { gone, asking, bad: bad.filter((one) => !isRepaired(one)) };
}

/**
 * Lets go of what lay in quarantine of keys that were deleted.
 *
 * @returns what is to be kept in quarantine.
 * @throws as `projectBatch`.
 */
export async function dealWithStrays(
  sql: TransactionSql,
  kinds: readonly Prefixed[],
  records: readonly unknown[],
  table: OrdersTable,
): Promise<BadRecord[]> {
  const { gone, asking, bad } = readStrays(kinds, records);
  if (gone.size > 0) await letGo(sql, await madeUpFor(sql, [...gone.values()]));
  if (asking.length === 0) return [...bad];
  const items = await table.read(asking.flatMap(({ pk }) => pk ?? []));
  return [...bad, ...asking.filter(({ pk = '' }) => items.has(pk))];
}
