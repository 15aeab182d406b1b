/** All items of a table deleted: the table stays, with its stream and its settings. */
import { DynamoDBClient, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { inChunks } from '../chunks';
import type { ClientOptions } from '../connect';
import { keyOf, scan, write } from './table-writes';

/** Deletions that are under way at once, in calls of 25. */
const WRITERS = 8;

/**
 * Deletes page by page, and tells each page's keys when they are gone. May be done again.
 *
 * @throws the SDK's errors; then some of it is done.
 */
export async function* emptyTable(options: ClientOptions, table: string): AsyncIterable<readonly string[]> {
  const client = new DynamoDBClient(options);
  try {
    for await (const { Items = [] } of scan(client, table, 'pk')) {
      await remove(client, table, Items);
      if (Items.length > 0) yield Items.map(keyOf);
    }
  } finally {
    client.destroy();
  }
}

async function remove(
  client: DynamoDBClient,
  table: string,
  keys: readonly Record<string, AttributeValue>[],
): Promise<void> {
  const requests = keys.map((Key) => ({ DeleteRequest: { Key } }));
  await Promise.all(inChunks(requests, Math.ceil(requests.length / WRITERS)).map((some) => write(client, table, some)));
}
