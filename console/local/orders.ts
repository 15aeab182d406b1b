/** An order on the write side. */
import { DynamoDBClient, GetItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import type { ClientOptions } from '../../cli/connect';

/** Resolves to the item with plain values; undefined where there is none. */
export type ReadOrder = (orderId: string) => Promise<Readonly<Record<string, unknown>> | undefined>;

export function connectOrders(options: ClientOptions, tableName: string): ReadOrder {
  const dynamodb = new DynamoDBClient(options);
  return async (orderId) => {
    const Key = { pk: { S: `order#${orderId}` } };
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }));
    return Item && plainItem(Item);
  };
}

const plainItem = (item: Record<string, AttributeValue>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]));

/** Of the types that the workflow writes; another one is shown as DynamoDB tells it. */
export function plain(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.NULL !== undefined) return null;
  if (value.L !== undefined) return value.L.map(plain);
  if (value.M !== undefined) return plainItem(value.M);
  return value;
}
