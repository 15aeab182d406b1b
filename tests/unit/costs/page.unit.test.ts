/** docs/costs.md is what `npm run costs` writes, and everything in the template that costs is in it. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { measurePipeline } from '../../../costs/measure';
import { costsPage, type Page } from '../../../costs/page';
import { templateStack } from '../../../costs/template-numbers';
import { readDoc } from '../../support/docs';
import { loadTemplate, type Resource, type Template } from '../../template/load-template';

let page: Page;
beforeAll(async () => {
  page = await costsPage();
});

test('docs/costs.md is what the script writes: run `npm run costs`', () => {
  expect(readDoc('docs/costs.md')).toBe(page.text);
});

test('README.md repeats its figures', () => {
  const { idle, million, awake, comparedIdle } = page.figures;
  const line = readDoc('README.md')
    .split('\n')
    .find((one) => one.includes('docs/costs.md') && one.startsWith('**What it costs**'));
  for (const figure of [idle, million, awake, comparedIdle]) expect(line).toContain(figure);
});

describe('the template', () => {
  const template = loadTemplate();
  const withResource = (name: string, resource: Partial<Resource>): Template => ({
    ...template,
    Resources: { ...template.Resources, [name]: { Type: '', Properties: {}, ...resource } },
  });

  test('is read with its parameters at their defaults', () => {
    const parameters = Object.fromEntries(
      Object.entries(template.Parameters).map(([name, { Default }]) => [name, Default] as const),
    );
    const stack = templateStack();
    expect(stack.minCapacity).toBe(parameters['DatabaseMinCapacity']);
    expect(stack.archiveDays).toBe(parameters['ArchiveDays']);
    expect(stack.logDays).toBe(parameters['LogRetentionDays']);
    expect(stack.secrets).toBe(1); // of RDS; that of another database's password is not made
  });

  test.each([
    ['AWS::EC2::NatGateway', 'natGateways'],
    ['AWS::EC2::EIP', 'publicAddresses'],
    ['AWS::SecretsManager::Secret', 'secrets'],
    ['AWS::CloudWatch::Alarm', 'alarms'],
    ['AWS::CloudWatch::Dashboard', 'dashboards'],
  ] as const)('one more %s is one more of what is paid', (Type, key) => {
    expect(templateStack(withResource('More', { Type }))[key]).toBe(templateStack()[key] + 1);
    expect(templateStack(withResource('More', { Type, Condition: 'TellByEmail' }))[key]).toBe(templateStack()[key]);
  });

  test('an interface endpoint is not overlooked', () => {
    const endpoint = { Type: 'AWS::EC2::VPCEndpoint', Properties: { VpcEndpointType: 'Interface' } };
    expect(() => templateStack(withResource('More', endpoint))).toThrow('count it');
  });

  test('has nothing of a kind that nobody has looked at', () => {
    const kinds = new Set(Object.values(template.Resources).map(({ Type }) => Type));
    expect([...kinds].filter((kind) => !COUNTED.includes(kind) && !FREE.includes(kind))).toEqual([]);
  });
});

const COUNTED = [
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::DynamoDB::Table',
  'AWS::EC2::VPCEndpoint',
  'AWS::Events::Archive',
  'AWS::Events::EventBus',
  'AWS::Logs::LogGroup',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::SecretsManager::Secret',
  'AWS::Serverless::Function',
  'AWS::Serverless::StateMachine',
];

/** Free, or free as long as nothing goes wrong. */
const FREE = [
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::Subnet',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPC',
  'AWS::Events::Rule',
  'AWS::IAM::Role',
  'AWS::RDS::DBClusterParameterGroup',
  'AWS::RDS::DBSubnetGroup',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'Custom::ReadModelSchema',
];

test('an order is measured on the way that it takes through the workflow', async () => {
  const { workflowLogBytes, itemBytes, customMetrics, parallelSteps } = await measurePipeline();
  expect(workflowLogBytes.withPayloads).toBeGreaterThan(2 * workflowLogBytes.without);
  expect(workflowLogBytes.without).toBeGreaterThan(20 * 300); // some twenty events, a few hundred bytes each
  expect(itemBytes).toBeGreaterThan(300);
  expect(customMetrics).toBe(5);
  expect(parallelSteps).toBe(1);
});
