/** One table made the same as another, which has the same key: what a table that was restored beside it is for. */
import {
  BatchWriteItemCommand,
  DynamoDBClient,
  paginateScan,
  type AttributeValue,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientOptions } from '../connect';
import type { Copied } from '../pipeline';

/** Writes of one call: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const WRITES = 25;

/**
 * Puts every item of `from` into `to`, and deletes what `to` alone has. May be done again: what is the same already makes no record
 * in a stream.
 *
 * @throws the SDK's errors; then some of it is done.
 */
export async function makeEqual(
  options: ClientOptions,
  from: string,
  to: string,
  onProgress: (copied: Copied) => void,
): Promise<Copied> {
  const client = new DynamoDBClient(options);
  const keys = new Set<string>();
  let deleted = 0;
  const tell = (): void => {
    onProgress({ put: keys.size, deleted });
  };
  try {
    for await (const { Items = [] } of scan(client, from)) {
      await write(client, to, Items.map((Item) => ({ PutRequest: { Item } }))); // prettier-ignore
      for (const item of Items) keys.add(keyOf(item));
      tell();
    }
    for await (const { Items = [] } of scan(client, to, 'pk')) {
      const gone = Items.filter((item) => !keys.has(keyOf(item)));
      await write(client, to, gone.map((Key) => ({ DeleteRequest: { Key } }))); // prettier-ignore
      deleted += gone.length;
      tell();
    }
    return { put: keys.size, deleted };
  } finally {
    client.destroy();
  }
}

const keyOf = (item: Readonly<Record<string, AttributeValue>>): string => item['pk']?.S ?? '';

const scan = (client: DynamoDBClient, TableName: string, ProjectionExpression?: string) =>
  paginateScan({ client }, { TableName, ConsistentRead: true, ProjectionExpression });

async function write(client: DynamoDBClient, table: string, requests: readonly WriteRequest[]): Promise<void> {
  for (let start = 0; start < requests.length; start += WRITES) {
    let left = requests.slice(start, start + WRITES);
    for (let pause = 50; left.length > 0; pause = Math.min(pause * 2, 5_000)) {
      const command = new BatchWriteItemCommand({ RequestItems: { [table]: left } });
      left = (await client.send(command)).UnprocessedItems?.[table] ?? [];
      if (left.length > 0) await sleep(pause); // throttled
    }
  }
}
