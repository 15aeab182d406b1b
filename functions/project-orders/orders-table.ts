/** The orders table, read consistently by key: what the projection asks when a stream image cannot tell what is there now. */
import * as v from 'valibot';
import { callAws } from '../shared/aws-call';
import { DYNAMODB } from '../shared/aws-services';

/** The items of the orders table. */
export interface OrdersTable {
  /**
   * Reads items consistently.
   *
   * @returns those that exist, by key, each in DynamoDB's JSON.
   * @throws OrdersTableUnavailable
   */
  read(pks: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
}

/** The table could not be read: nothing is wrong with the records. */
export class OrdersTableUnavailable extends Error {
  override readonly name = 'OrdersTableUnavailable';
}

/** A key as DynamoDB writes it; others than ours never come. */
const keySchema = v.object({ pk: v.object({ S: v.string() }) });

const answerSchema = v.object({
  Responses: v.optional(v.record(v.string(), v.array(v.looseObject(keySchema.entries)))),
  UnprocessedKeys: v.optional(v.record(v.string(), v.object({ Keys: v.array(keySchema) }))),
});

/** DynamoDB's BatchGetItem, of the table's keys. */
export type BatchGet = (input: {
  readonly RequestItems: Readonly<Record<string, { readonly Keys: Key[]; readonly ConsistentRead: boolean }>>;
}) => Promise<v.InferOutput<typeof answerSchema>>;

type Key = v.InferOutput<typeof keySchema>;

/** Keys of one BatchGetItem: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const KEYS = 100;

/** Calls in a row that may answer nothing at all, before the table counts as unavailable. */
const EMPTY_ANSWERS = 5;

/**
 * @param batchGet throws after retries of its own.
 * @param sleep waits for some milliseconds.
 */
export function connectOrdersTable(
  table: string,
  batchGet: BatchGet,
  sleep: (ms: number) => Promise<void>,
): OrdersTable {
  const readSome = async (pks: readonly string[], found: Map<string, unknown>): Promise<void> => {
    let keys: Key[] = pks.map((pk) => ({ pk: { S: pk } }));
    for (let empty = 0; keys.length > 0;) {
      const { Responses, UnprocessedKeys } = await batchGet({
        RequestItems: { [table]: { Keys: keys, ConsistentRead: true } },
      });
      for (const item of Responses?.[table] ?? []) found.set(item.pk.S, item);
      const left = UnprocessedKeys?.[table]?.Keys ?? [];
      empty = left.length < keys.length ? 0 : empty + 1;
      if (empty === EMPTY_ANSWERS) throw new Error(`${table} left ${left.length} keys unread ${empty} times`);
      if (left.length > 0) await sleep(50 * 2 ** empty);
      keys = left;
    }
  };

  return {
    async read(pks) {
      const found = new Map<string, unknown>();
      try {
        for (let start = 0; start < pks.length; start += KEYS) await readSome(pks.slice(start, start + KEYS), found);
      } catch (cause) {
        throw new OrdersTableUnavailable('The orders table could not be read', { cause });
      }
      return found;
    },
  };
}

/** Timeouts are short, since the rows of the orders that are asked for stay locked. */
export const batchGetItem: BatchGet = async (input) =>
  v.parse(answerSchema, await callAws(DYNAMODB, 'BatchGetItem', input, { attempts: 3, timeoutMs: 5_000 }));
