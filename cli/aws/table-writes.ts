/** Scans of a whole table, and writes of many items. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteItemCommand, paginateScan, type AttributeValue, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { inChunks } from '../chunks';

/** Writes of one call: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const WRITES = 25;

/** @param ProjectionExpression the attributes that are wanted, if not all. */
export const scan = (client: DynamoDBClient, TableName: string, ProjectionExpression?: string) =>
  paginateScan({ client }, { TableName, ConsistentRead: true, ProjectionExpression });

/** Key of an item of our tables. */
export const keyOf = (item: Readonly<Record<string, AttributeValue>>): string => item['pk']?.S ?? '';

/** Does writes, one call after the other, and what was throttled again. */
export async function write(client: DynamoDBClient, table: string, requests: readonly WriteRequest[]): Promise<void> {
  for (const some of inChunks(requests, WRITES)) {
    let left = some;
    for (let pause = 50; left.length > 0; pause = Math.min(pause * 2, 5_000)) {
      const command = new BatchWriteItemCommand({ RequestItems: { [table]: left } });
      left = (await client.send(command)).UnprocessedItems?.[table] ?? [];
      if (left.length > 0) await sleep(pause);
    }
  }
}
