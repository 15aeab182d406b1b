/** The bill's numbers as template.yaml has them, parameters at their defaults: with a database of its own. */
import {
  at,
  branches,
  loadTemplate,
  propertyOf,
  resourcesOf,
  text,
  type Json,
  type Template,
} from '../tests/template/load-template';
import { ASSUMED } from './assumptions';
import type { Stack } from './stack';

/** Conditions that hold with the parameters' defaults. */
const HOLDS = ['OwnDatabase', 'InVpc', 'KeepArchive'];

/** @throws Error where the template has something that costs and is not counted here, or has lost a number. */
export function templateStack(template: Template = loadTemplate()): Stack {
  const value = (name: string, ...keys: (string | number)[]): Json | undefined =>
    defaultOf(template, branches(propertyOf(template, name, ...keys))[0]);
  const count = (type: string): number =>
    resourcesOf(template, type).filter(([, { Condition }]) => Condition === undefined || HOLDS.includes(Condition))
      .length;
  if (
    resourcesOf(template, 'AWS::EC2::VPCEndpoint').some(
      ([, { Properties }]) => Properties['VpcEndpointType'] !== 'Gateway',
    )
  )
    throw new Error('An interface endpoint costs by the hour: count it');
  const stream = ['Events', 'OrdersStream', 'Properties'];
  const pause = value('Database', 'ServerlessV2ScalingConfiguration', 'SecondsUntilAutoPause');
  return {
    natGateways: count('AWS::EC2::NatGateway'),
    publicAddresses: count('AWS::EC2::EIP'),
    secrets: count('AWS::SecretsManager::Secret') + (value('Database', 'ManageMasterUserPassword') === true ? 1 : 0),
    alarms: count('AWS::CloudWatch::Alarm'),
    dashboards: count('AWS::CloudWatch::Dashboard'),
    minCapacity: number(value('Database', 'ServerlessV2ScalingConfiguration', 'MinCapacity')),
    pauseAfterSeconds: pause === undefined ? ASSUMED.pauseAfterSeconds : number(pause),
    ...provisionedOf(template),
    pointInTimeRecovery:
      value('OrdersTable', 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled') === true,
    projector: {
      architecture: at(template.Globals.Function, 'Architectures', 0) === 'arm64' ? 'arm64' : 'x86_64',
      memoryMb: number(value('ProjectOrders', 'MemorySize') ?? template.Globals.Function['MemorySize']),
      batchSize: number(value('ProjectOrders', ...stream, 'BatchSize')),
      windowSeconds: number(value('ProjectOrders', ...stream, 'MaximumBatchingWindowInSeconds')),
      shards: ASSUMED.shards,
      logLevel: String(template.Parameters['LogLevel']?.['Default']),
    },
    workflowLog: {
      level: text(value('OrderPipeline', 'Logging', 'Level')),
      payloads: [true, 'true'].includes(value('OrderPipeline', 'Logging', 'IncludeExecutionData') as boolean | string),
    },
    archiveDays: number(value('EventArchive', 'RetentionDays')),
    logDays: number(value('WorkflowLogs', 'RetentionInDays')),
  };
}

function provisionedOf(template: Template): Pick<Stack, 'provisioned'> {
  if (propertyOf(template, 'OrdersTable', 'BillingMode') === 'PAY_PER_REQUEST') return {};
  const units = (name: string): number => number(propertyOf(template, 'OrdersTable', 'ProvisionedThroughput', name));
  return { provisioned: { read: units('ReadCapacityUnits'), write: units('WriteCapacityUnits') } };
}

function defaultOf(template: Template, value: Json | undefined): Json | undefined {
  const name = at(value, 'Ref');
  return typeof name === 'string' ? (template.Parameters[name]?.['Default'] as Json | undefined) : value;
}

function number(value: Json | undefined): number {
  if (typeof value !== 'number') throw new Error(`Not a number in template.yaml: ${JSON.stringify(value)}`);
  return value;
}
