/** What a person may ask of the projector to find and mend what differs between the two sides: docs/operations/reconcile.md. */
import * as v from 'valibot';
import { CHECKS, checkSums, type Checked } from './check-sums';
import { compareKeys, type KeyDifference } from './compare';
import { describeIssues } from './image';
import { mendSums } from './mend-sums';
import { transact, type Dependencies } from './project-records';

/** Keys of one comparison, and rows that are mended in one transaction. */
const MAX = 1_000;

const keySchema = v.pipe(v.string(), v.nonEmpty(), v.maxBytes(2048));

const places = {
  table: v.picklist([
    'item_sales',
    'daily_item_sales',
    'monthly_item_sales',
    'held_orders',
    'order_items',
    'item_tags',
    'counts',
  ]),
  key: v.pipe(v.array(keySchema), v.minLength(1), v.maxLength(4)),
};

const requestSchema = v.union([
  v.strictObject({
    compare: v.pipe(v.array(keySchema), v.minLength(1), v.maxLength(MAX)),
    onlyMissing: v.optional(v.boolean(), false),
  }),
  v.strictObject({ check: v.picklist(CHECKS), after: v.optional(v.string(), '') }),
  v.strictObject({ mend: v.pipe(v.array(v.object(places)), v.minLength(1), v.maxLength(MAX)) }),
]);

/** A direct invocation: keys to compare, summaries to check behind an id, or rows of summaries to mend. */
export type ReconcileRequest = v.InferInput<typeof requestSchema>;

/** What each is answered by. */
export interface Compared {
  readonly differences: readonly KeyDifference[];
}
export type { Checked };
export interface Mended {
  readonly mended: number;
}

/** Whether an invocation is one of these. */
export const isReconcileRequest = (event: object): event is ReconcileRequest =>
  ['compare', 'check', 'mend'].some((name) => name in event);

/**
 * @throws Error that says what is wrong with the request; OrdersTableUnavailable, errors of the database. Asking again is right.
 */
export async function reconcile(asked: ReconcileRequest, deps: Dependencies): Promise<Compared | Checked | Mended> {
  const result = v.safeParse(requestSchema, asked);
  if (!result.success) throw new Error(`The request must be compare, check or mend: ${describeIssues(result.issues)}`);
  const request = result.output;
  if ('compare' in request)
    return { differences: await compareKeys([...new Set(request.compare)], request.onlyMissing, deps) };
  if ('check' in request) return deps.database.read((sql) => checkSums(sql, request.check, request.after));
  await transact(deps, (sql) => mendSums(sql, request.mend));
  return { mended: request.mend.length };
}
