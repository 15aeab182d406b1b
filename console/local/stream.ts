/** The stream of the orders table: which record an event's change led to. */
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import type { ClientOptions } from '../../cli/connect';
import { Bounded } from './bounded';

/** Records that are remembered. */
const CAPACITY = 20_000;

export interface SeenRecord {
  /** ISO 8601; DynamoDB tells whole seconds. */
  readonly createdAt: string;
  readonly sequenceNumber: string;
  readonly version: string;
}

export interface StreamTail {
  poll(): Promise<void>;
  /** The record of the change that an event made. */
  recordOf(subject: string, eventId: string): SeenRecord | undefined;
}

/** Reads the records behind those that it has read; none where there are none. */
export type ReadStream = () => Promise<readonly StreamRecord[]>;

export function tailStream(read: ReadStream): StreamTail {
  const seen = new Bounded<SeenRecord>(CAPACITY);
  return {
    async poll() {
      for (let records = await read(); records.length > 0; records = await read())
        for (const { dynamodb } of records) {
          const { Keys, NewImage, SequenceNumber = '', ApproximateCreationDateTime } = dynamodb ?? {};
          const key = `${Keys?.['pk']?.S ?? ''} ${NewImage?.['eventId']?.S ?? ''}`;
          seen.set(key, {
            createdAt: (ApproximateCreationDateTime ?? new Date(0)).toISOString(),
            sequenceNumber: SequenceNumber,
            version: NewImage?.['version']?.N ?? '',
          });
        }
    },
    recordOf: (subject, eventId) => seen.get(`${subject} ${eventId}`),
  };
}

/** The local cloud's streams have a single shard, which never closes. */
export function connectStream(options: ClientOptions, tableName: string): ReadStream {
  const streams = new DynamoDBStreamsClient(options);
  let next: string | undefined;
  const begin = async (): Promise<string | undefined> => {
    const { Table } = await new DynamoDBClient(options).send(new DescribeTableCommand({ TableName: tableName }));
    const StreamArn = Table?.LatestStreamArn;
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
    const place = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
    return (await streams.send(new GetShardIteratorCommand(place))).ShardIterator;
  };
  return async () => {
    next ??= await begin();
    try {
      const { Records = [], NextShardIterator } = await streams.send(new GetRecordsCommand({ ShardIterator: next }));
      next = NextShardIterator;
      return Records;
    } catch (error) {
      next = undefined; // iterators live for some minutes; what is read again is the same
      throw error;
    }
  };
}
