/** One table made the same as another, which has the same key: what a table that was restored beside it is for. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ClientOptions } from '../connect';
import type { Copied } from '../pipeline';
import { keyOf, scan, write } from './table-writes';

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
