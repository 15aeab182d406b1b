/** What a person may do to the read model: look at its state, its keys and its quarantine, and give up what is kept there. */
import * as v from 'valibot';
import type { Database } from '../shared/database';
import { issueWords } from '../shared/issue-words';
import { keysPage } from './keys';
import { countOrders, countQuarantined, deleteQuarantined, selectOne, selectPage } from './statements';

/** Records of one page; none of them is in it whole. */
const MAX_PAGE = 500;
/** Keys of one page. */
const MAX_KEYS = 10_000;
/** Records that one request may discard. */
const MAX_DISCARD = 1_000;

const recordIdSchema = v.pipe(v.number(), v.integer(), v.minValue(1));

const requestSchema = v.variant('operation', [
  v.strictObject({ operation: v.literal('status') }),
  v.strictObject({
    operation: v.literal('quarantine.list'),
    /** Records behind this id. */
    after: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_PAGE)), 100),
  }),
  v.strictObject({
    operation: v.literal('keys.list'),
    /** Keys behind this one. */
    after: v.optional(v.string(), ''),
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_KEYS)), MAX_KEYS),
  }),
  v.strictObject({ operation: v.literal('quarantine.get'), id: recordIdSchema }),
  v.strictObject({
    operation: v.literal('quarantine.discard'),
    ids: v.pipe(v.array(recordIdSchema), v.minLength(1), v.maxLength(MAX_DISCARD)),
  }),
]);

/** What may be asked; docs/security.md says who could do what by it. */
export const OPERATIONS: readonly string[] = requestSchema.options.map(({ entries }) => entries.operation.literal);

/** A request as it is sent. */
export type Request = v.InferInput<typeof requestSchema>;

/** A record in quarantine, without the record itself. */
export interface QuarantinedRecord {
  readonly id: number;
  /** Key in the orders table; empty where the record did not tell it. */
  readonly pk: string;
  readonly error: string;
  /** `YYYY-MM-DD HH:MM:SS`, UTC. */
  readonly quarantinedAt: string;
}

/** What each operation answers. */
export interface Answers {
  readonly status: {
    readonly active: number;
    readonly cancelled: number;
    /** Changes of those orders that are projected: the sum of their versions. */
    readonly changes: number;
    readonly quarantined: number;
  };
  /** Keys in the orders table of all that the read model holds and knows not to be deleted; `next` as below. */
  readonly 'keys.list': { readonly keys: readonly string[]; readonly next?: string };
  /** `next` is the `after` of the page behind this one, where there is one. */
  readonly 'quarantine.list': { readonly records: readonly QuarantinedRecord[]; readonly next?: number };
  /** `record` is the stream's record, as JSON. */
  readonly 'quarantine.get': { readonly record?: QuarantinedRecord & { readonly record: string } };
  readonly 'quarantine.discard': { readonly discarded: number };
}

export type Answer = Answers[keyof Answers];

/** @throws Error that names what is wrong with the request. */
export function parseRequest(payload: unknown): v.InferOutput<typeof requestSchema> {
  const result = v.safeParse(requestSchema, payload);
  if (result.success) return result.output;
  const faults = result.issues.map((issue) => `${v.getDotPath(issue) ?? 'the request'}: ${issueWords(issue)}`);
  throw new Error(`Not a request of this function: ${faults.join('; ')}`);
}

/** @throws the database's errors. */
export function operate(database: Database, request: v.InferOutput<typeof requestSchema>): Promise<Answer> {
  switch (request.operation) {
    case 'status':
      return database.read(async (sql) => ({ ...(await countOrders(sql)), quarantined: await countQuarantined(sql) }));
    case 'quarantine.list':
      return database.read(async (sql) => {
        const rows = await selectPage(sql, request.after, request.limit + 1);
        const records = rows.slice(0, request.limit);
        const last = records.at(-1);
        return { records, ...(last !== undefined && rows.length > records.length && { next: last.id }) };
      });
    case 'keys.list':
      return database.read((sql) => keysPage(sql, request.after, request.limit));
    case 'quarantine.get':
      return database.read(async (sql) => {
        const record = await selectOne(sql, request.id);
        return record === undefined ? {} : { record };
      });
    case 'quarantine.discard':
      return database.transaction(async (sql) => ({ discarded: await deleteQuarantined(sql, request.ids) }));
  }
}
