/** One page of a segment of the orders table, read consistently. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AWS_TIMEOUTS } from '../shared/aws-timeouts';

/** An item in DynamoDB's JSON. */
export type Item = Readonly<Record<string, AttributeValue>>;

export interface Page {
  readonly items: readonly Item[];
  /** Key behind which the next page begins; null where this is the last. */
  readonly next: string | null;
}

/** Which page. */
export interface Place {
  readonly segment: number;
  readonly segments: number;
  /** Key behind which it begins; null for the first. */
  readonly after: string | null;
}

/** @throws as the AWS SDK does, after its own retries. */
export type Scan = (place: Place) => Promise<Page>;

/** Scan of the AWS SDK, a megabyte a page; the SDK is loaded at the first call. */
export function scanTable(table: string): Scan {
  let client: Promise<Scan> | undefined;
  const load = async (): Promise<Scan> => {
    const { DynamoDBClient, ScanCommand } = await import('@aws-sdk/client-dynamodb');
    const dynamodb = new DynamoDBClient({ requestHandler: AWS_TIMEOUTS });
    return async ({ segment, segments, after }) => {
      const { Items, LastEvaluatedKey } = await dynamodb.send(
        new ScanCommand({
          TableName: table,
          ConsistentRead: true,
          Segment: segment,
          TotalSegments: segments,
          ...(after !== null && { ExclusiveStartKey: { pk: { S: after } } }),
        }),
      );
      return { items: Items ?? [], next: LastEvaluatedKey?.['pk']?.S ?? null };
    };
  };
  return async (place) => (await (client ??= load()))(place);
}
