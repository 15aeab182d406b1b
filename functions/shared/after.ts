/** A query's `after`: which version of which subject the answer must include, for senders who read what they wrote. */
import * as v from 'valibot';
import { BOUNDS, idSchema } from './contract';
import type { Sql } from './database';

const versionWords = `must be a whole number from 1 to ${BOUNDS.version}`;

const fields = v.object(
  {
    orderId: v.optional(idSchema),
    customerId: v.optional(idSchema),
    itemid: v.optional(idSchema),
    version: v.pipe(
      v.number('must be a number'),
      v.integer(versionWords),
      v.minValue(1, versionWords),
      v.maxValue(BOUNDS.version, versionWords),
    ),
  },
  'must be an object of a version and an orderId, a customerId or an itemid',
);

export const afterSchema = v.pipe(
  fields,
  v.check(
    ({ orderId, customerId, itemid }) => [orderId, customerId, itemid].filter((id) => id !== undefined).length === 1,
    'must name one of orderId, customerId and itemid',
  ),
);

/** One of the ids, and the version of what it names. */
export type After = v.InferOutput<typeof afterSchema>;

const SELECT = `
  SELECT version FROM orders WHERE orderid = ?
  UNION ALL SELECT version FROM customers WHERE customerid = ?
  UNION ALL SELECT version FROM items WHERE itemid = ?`;

/** Whether the read model does not have that version yet, nor a later one. */
export async function isBehind(sql: Sql, { orderId, customerId, itemid, version }: After): Promise<boolean> {
  const ids = [orderId ?? null, customerId ?? null, itemid ?? null];
  const [row] = await sql.select<{ version: number }>(SELECT, ids);
  return row === undefined || row.version < version;
}
