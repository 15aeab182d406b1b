/** Measurements: CloudWatch's on AWS; the local cloud keeps none, but tells of its executions, which AWS does not for EXPRESS. */
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, ScanCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { ClientOptions } from '../connect';
import type { Monitor } from '../pipeline';

interface Names {
  readonly stateMachineArn: string;
  readonly ordersTable: string;
  /** The functions' metrics carry it as a dimension. */
  readonly service: string;
}

const HOUR_MS = 3_600_000;
const FAILURES = ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'];

export function connectMonitor(options: ClientOptions, isLocal: boolean, names: Names): Monitor {
  const cloudwatch = new CloudWatchClient(options);

  /** One statistic of the last hour. */
  const measure = async (
    metric: { Namespace: string; MetricName: string; Dimensions: { Name: string; Value: string }[] },
    statistic: 'Sum' | 'Maximum',
  ): Promise<number | undefined> => {
    const end = new Date();
    const { Datapoints = [] } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        ...metric,
        StartTime: new Date(end.getTime() - HOUR_MS),
        EndTime: end,
        Period: HOUR_MS / 1000,
        Statistics: [statistic],
      }),
    );
    const values = Datapoints.flatMap((point) => point[statistic] ?? []);
    if (values.length === 0) return undefined;
    return statistic === 'Sum' ? values.reduce((a, b) => a + b, 0) : Math.max(...values);
  };
  const countExecutions = async (MetricName: string): Promise<number> => {
    const Dimensions = [{ Name: 'StateMachineArn', Value: names.stateMachineArn }];
    return (await measure({ Namespace: 'AWS/States', MetricName, Dimensions }, 'Sum')) ?? 0;
  };

  return {
    async executions() {
      if (isLocal) return listExecutions(options, names.stateMachineArn);
      const [started, ...failed] = await Promise.all(['ExecutionsStarted', ...FAILURES].map(countExecutions));
      return { started: started ?? 0, failed: failed.reduce((a, b) => a + b, 0), over: 'last hour' };
    },
    lag: () => {
      const Dimensions = [{ Name: 'service', Value: names.service }];
      return measure({ Namespace: 'OrderPipeline', MetricName: 'ProjectionLag', Dimensions }, 'Maximum');
    },
    countTable: () => countTable(new DynamoDBClient(options), names.ordersTable),
  };
}

async function listExecutions(options: ClientOptions, stateMachineArn: string) {
  const client = new SFNClient(options);
  let nextToken: string | undefined;
  let started = 0;
  let failed = 0;
  do {
    const page = await client.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1000, nextToken }));
    const executions = page.executions ?? [];
    started += executions.length;
    failed += executions.filter(({ status }) => status !== 'SUCCEEDED' && status !== 'RUNNING').length;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  client.destroy();
  return { started, failed, over: 'since npm start' };
}

async function countTable(client: DynamoDBClient, TableName: string) {
  let [orders, changes] = [0, 0];
  let next: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName,
        ConsistentRead: true,
        FilterExpression: 'begins_with(pk, :order)',
        ProjectionExpression: '#version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':order': { S: 'order#' } },
        ExclusiveStartKey: next,
      }),
    );
    for (const { version } of page.Items ?? []) {
      orders += 1;
      changes += Number(version?.N ?? 0);
    }
    next = page.LastEvaluatedKey;
  } while (next !== undefined);
  client.destroy();
  return { orders, changes };
}
