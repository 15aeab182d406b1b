/** One page of a segment of the orders table, read consistently. */
import * as v from 'valibot';
import { callAws } from '../shared/aws-call';
import { DYNAMODB } from '../shared/aws-services';

/** A key as DynamoDB writes it; others than ours never come. */
const keySchema = v.object({ pk: v.object({ S: v.string() }) });

const answerSchema = v.object({
  Items: v.array(v.looseObject(keySchema.entries)),
  LastEvaluatedKey: v.optional(keySchema),
});

/** An item in DynamoDB's JSON. */
export type Item = v.InferOutput<typeof answerSchema>['Items'][number];

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

/** @throws AwsCallFailed */
export type Scan = (place: Place) => Promise<Page>;

/** @returns what DynamoDB's Scan gives at once, a megabyte. */
export const scanTable =
  (table: string): Scan =>
  async ({ segment, segments, after }) => {
    const input = {
      TableName: table,
      ConsistentRead: true,
      Segment: segment,
      TotalSegments: segments,
      ...(after !== null && { ExclusiveStartKey: { pk: { S: after } } }),
    };
    const answer = await callAws(DYNAMODB, 'Scan', input, { attempts: 5, timeoutMs: 20_000 });
    const { Items, LastEvaluatedKey } = v.parse(answerSchema, answer);
    return { items: Items, next: LastEvaluatedKey?.pk.S ?? null };
  };
