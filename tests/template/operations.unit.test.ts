/** What template.yaml promises to those who run it: every way of failing has an alarm, every alarm a page, and nothing is lost silently. */
import { describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { at, list, loadTemplate, propertyOf, resourcesOf, root, text, type Json } from './load-template';

const template = loadTemplate();
const property = (name: string, ...keys: (string | number)[]): Json | undefined => propertyOf(template, name, ...keys);
const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm');

interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Json[];
}

const metricOf = (properties: Readonly<Record<string, Json>>): Metric => ({
  namespace: text(properties['Namespace']),
  name: text(properties['MetricName']),
  dimensions: list(properties['Dimensions']),
});

/** Alarms on a metric of one thing. */
const alarmsOn = (namespace: string, name: string, value: Json): string[] =>
  alarms
    .filter(([, { Properties }]) => {
      const metric = metricOf(Properties);
      const values = metric.dimensions.map((dimension) => JSON.stringify(at(dimension, 'Value')));
      return metric.namespace === namespace && metric.name === name && values.includes(JSON.stringify(value));
    })
    .map(([alarm]) => alarm);

describe('every way of failing has an alarm', () => {
  test.each(resourcesOf(template, 'AWS::SQS::Queue'))('something waits in %s', (name) => {
    const value = { 'Fn::GetAtt': [name, 'QueueName'] };
    expect(alarmsOn('AWS/SQS', 'ApproximateNumberOfMessagesVisible', value)).toHaveLength(1);
  });

  test.each<[string, string, string, Json]>([
    ['a dead-letter queue cannot be written', 'AWS/Events', 'InvocationsFailedToBeSentToDlq', { Ref: 'EventBus' }],
    ['an execution fails', 'AWS/States', 'ExecutionsFailed', { Ref: 'OrderPipeline' }],
    ['an execution is ended by AWS', 'AWS/States', 'ExecutionsTimedOut', { Ref: 'OrderPipeline' }],
    ['a rebuild fails', 'AWS/States', 'ExecutionsFailed', { Ref: 'Rebuild' }],
    ['executions may not start', 'AWS/States', 'ThrottledEvents', 'StartExecution'],
    ['writes of orders are throttled', 'AWS/DynamoDB', 'WriteThrottleEvents', { Ref: 'OrdersTable' }],
    ['writes of answers are throttled', 'AWS/DynamoDB', 'WriteThrottleEvents', { Ref: 'CommandsTable' }],
    ['sales reports fail', 'AWS/Lambda', 'Errors', { Ref: 'QueryItemSalesReport' }],
    ['monthly sales fail', 'AWS/Lambda', 'Errors', { Ref: 'QueryMonthlySalesByItem' }],
    ['other queries fail', 'AWS/Lambda', 'Errors', { Ref: 'QueryOrders' }],
    ['the projection lags', 'OrderPipeline', 'ProjectionLag', { Ref: 'AWS::StackName' }],
    ['a record is quarantined', 'OrderPipeline', 'QuarantinedRecords', { Ref: 'AWS::StackName' }],
    [
      'records go to the bucket',
      'AWS/Lambda',
      'OnFailureDestinationDeliveredEventCount',
      { Ref: 'ProjectOrdersOrdersStream' },
    ],
    ['records are dropped', 'AWS/Lambda', 'DroppedEventCount', { Ref: 'ProjectOrdersOrdersStream' }],
    ['the database is at its limit', 'AWS/RDS', 'ACUUtilization', { Ref: 'Database' }],
  ])('%s', (_, namespace, name, value) => {
    expect(alarmsOn(namespace, name, value)).toHaveLength(1);
  });

  test('the stream is 5 minutes old, and again at 6 hours, long before its records are put aside', () => {
    const names = alarmsOn('AWS/Lambda', 'IteratorAge', { Ref: 'ProjectOrders' });
    const thresholds = names.map((name) => Number(property(name, 'Threshold')) / 60_000);
    expect(thresholds).toEqual([5, 6 * 60]);
    const putAside = Number(
      property('ProjectOrders', 'Events', 'OrdersStream', 'Properties', 'MaximumRecordAgeInSeconds'),
    );
    expect(Math.max(...thresholds) * 60).toBeLessThan(putAside / 2);
  });

  test('functions are throttled: of all in the region, since they share one quota', () => {
    const throttled = alarms.filter(([, { Properties }]) => metricOf(Properties).name === 'Throttles');
    expect(throttled.map(([, { Properties }]) => metricOf(Properties).dimensions)).toEqual([[]]);
  });

  test('whether records went to the bucket is counted at all', () => {
    expect(property('ProjectOrders', 'Events', 'OrdersStream', 'Properties', 'MetricsConfig')).toEqual({
      Metrics: ['EventCount'],
    });
  });
});

describe('every alarm', () => {
  test.each(alarms)('%s has a page of the docs, which its message names', (_, { Properties }) => {
    const [page = ''] = /docs\/operations\/[a-z-]+\.md$/.exec(text(Properties['AlarmDescription'])) ?? [];
    expect(page).not.toBe('');
    expect(existsSync(path.join(root, page))).toBe(true);
  });

  test.each(alarms)('%s tells when it begins and when it ends, and is quiet when there is nothing', (_, alarm) => {
    const toldTo = [{ 'Fn::If': ['TellByEmail', { Ref: 'AlarmTopic' }, { Ref: 'AWS::NoValue' }] }];
    expect(alarm.Properties).toMatchObject({
      AlarmActions: toldTo,
      OKActions: toldTo,
      TreatMissingData: 'notBreaching',
      ComparisonOperator: 'GreaterThanThreshold',
    });
  });

  test('is a metric that AWS or the functions write by themselves: none asks the database, which would wake it', () => {
    const namespaces = new Set(alarms.map(([, { Properties }]) => metricOf(Properties).namespace));
    expect([...namespaces].toSorted()).toEqual([
      'AWS/DynamoDB',
      'AWS/Events',
      'AWS/Lambda',
      'AWS/RDS',
      'AWS/SQS',
      'AWS/States',
      'OrderPipeline',
    ]);
    expect(resourcesOf(template, 'AWS::Scheduler::Schedule')).toEqual([]);
    for (const [, rule] of resourcesOf(template, 'AWS::Events::Rule'))
      expect(rule.Properties).not.toHaveProperty('ScheduleExpression');
  });

  test('is sent to the address that was given', () => {
    expect(template.Resources['AlarmTopic']).toMatchObject({
      Condition: 'TellByEmail',
      Properties: { Subscription: [{ Protocol: 'email', Endpoint: { Ref: 'AlarmEmail' } }] },
    });
  });
});

describe('the archive', () => {
  test('keeps what starts the workflow, for 14 days unless told otherwise', () => {
    expect(template.Resources['EventArchive']).toMatchObject({
      Type: 'AWS::Events::Archive',
      Condition: 'KeepArchive',
      Properties: { SourceArn: { 'Fn::GetAtt': ['EventBus', 'Arn'] }, RetentionDays: { Ref: 'ArchiveDays' } },
    });
    expect(property('EventArchive', 'EventPattern')).toEqual(property('StartWorkflowRule', 'EventPattern'));
    expect(template.Parameters['ArchiveDays']).toMatchObject({ Default: 14 });
  });
});

describe('the dashboard', () => {
  const body = text(at(property('Dashboard', 'DashboardBody'), 'Fn::Sub', 0));
  const ofDatabase = at(property('Dashboard', 'DashboardBody'), 'Fn::Sub', 1, 'DatabaseAlarm', 'Fn::If');
  const widgetsWith = (databaseAlarm: string) =>
    (
      JSON.parse(body.replace('${DatabaseAlarm}', databaseAlarm)) as {
        widgets: { type: string; properties: Readonly<Record<string, Json>> }[];
      }
    ).widgets;

  test.each<[string, string, (condition: string | undefined) => boolean]>([
    ['with a database of its own', text(at(ofDatabase, 1, 'Fn::Sub')), () => true],
    ['with a given database', text(at(ofDatabase, 2)), (condition) => condition === undefined],
  ])('%s shows every alarm, and the day in graphs', (_, databaseAlarm, isThere) => {
    const widgets = widgetsWith(databaseAlarm);
    const shown = widgets
      .filter(({ type }) => type === 'alarm')
      .flatMap(({ properties }) => list(properties['alarms']));
    const wanted = alarms.filter(([, { Condition }]) => isThere(Condition)).map(([name]) => `\${${name}.Arn}`);
    expect(shown.toSorted()).toEqual(wanted.toSorted());
    expect(widgets.filter(({ type }) => type === 'metric').length).toBeGreaterThanOrEqual(8);
  });

  test('names only what is there', () => {
    const names = [...body.matchAll(/\$\{([A-Za-z]+)(?:\.[A-Za-z.]+)?\}/g)].map(([, name]) => String(name));
    for (const name of names.filter((one) => !['DatabaseId', 'DatabaseAlarm'].includes(one)))
      expect(Object.keys(template.Resources)).toContain(name);
  });
});
