/** The orders table, read consistently by key: what the projection asks when a stream image cannot tell what is there now. */
import type { BatchGetItemCommandInput, BatchGetItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { AWS_TIMEOUTS } from '../shared/aws-timeouts';

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

/** DynamoDB's BatchGetItem. */
export type BatchGet = (
  input: BatchGetItemCommandInput,
) => Promise<Pick<BatchGetItemCommandOutput, 'Responses' | 'UnprocessedKeys'>>;

/** Keys of one BatchGetItem: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const KEYS = 100;

/** Calls in a row that may answer nothing at all, before the table counts as unavailable. */
const EMPTY_ANSWERS = 5;

/**
 * @param batchGet throws as the AWS SDK does, after its own retries.
 * @param sleep waits for some milliseconds.
 */
export function connectOrdersTable(
  table: string,
  batchGet: BatchGet,
  sleep: (ms: number) => Promise<void>,
): OrdersTable {
  const readSome = async (pks: readonly string[], found: Map<string, unknown>): Promise<void> => {
    let keys: NonNullable<NonNullable<BatchGetItemCommandInput['RequestItems']>[string]['Keys']> = pks.map((pk) => ({
      pk: { S: pk },
    }));
    for (let empty = 0; keys.length > 0;) {
      const { Responses, UnprocessedKeys } = await batchGet({
        RequestItems: { [table]: { Keys: keys, ConsistentRead: true } },
      });
      for (const item of Responses?.[table] ?? []) if (item['pk']?.S !== undefined) found.set(item['pk'].S, item);
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

/**
 * BatchGetItem of the AWS SDK, which is loaded at the first call: hardly any batch needs it. Timeouts are short, since the
 * rows of the orders that are asked for stay locked.
 */
export function lazyBatchGet(): BatchGet {
  let client: Promise<BatchGet> | undefined;
  const load = async (): Promise<BatchGet> => {
    const { BatchGetItemCommand, DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
    const dynamodb = new DynamoDBClient({ requestHandler: AWS_TIMEOUTS });
    return (input) => dynamodb.send(new BatchGetItemCommand(input));
  };
  return async (input) => (await (client ??= load()))(input);
}
