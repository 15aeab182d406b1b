/** What template.yaml promises, one named test each. The local cloud does not hold these promises: see docs/testing.md. */
import { describe, expect, test } from '@jest/globals';
import { hashOf } from '../../db-init/migrate';
import { migrations } from '../../db-init/migrations/index';
import { REMEMBERED_MS } from '../../functions/project-orders/copy';
import { WORKING_MS } from '../../functions/rebuild-read-model/fill';
import { parseRequest } from '../../functions/rebuild-read-model/request';
import { at, list, loadTemplate, propertyOf, readProjectFile, resourcesOf, statementsOf, text, type Json } from './load-template'; // prettier-ignore
import { parseMachine, readDefinition, statesOf } from '../support/asl-definition';

const template = loadTemplate();
const functions = resourcesOf(template, 'AWS::Serverless::Function');
const queues = resourcesOf(template, 'AWS::SQS::Queue');
const tables = resourcesOf(template, 'AWS::DynamoDB::Table');
const property = (name: string, ...keys: (string | number)[]): Json | undefined => propertyOf(template, name, ...keys);
const statements = statementsOf(template);

describe('an event that is sent', () => {
  test('starts the workflow when it is a command or a query of ours, and nothing else does', () => {
    expect(property('StartWorkflowRule', 'EventPattern')).toEqual({
      source: ['orderPipeline'],
      'detail-type': ['orderCommand', 'orderQuery'],
    });
    expect(property('StartWorkflowRule', 'EventBusName')).toEqual({ Ref: 'EventBus' });
    expect(property('StartWorkflowRule', 'Targets', 0, 'Arn')).toEqual({ Ref: 'OrderPipeline' });
  });

  test.each(resourcesOf(template, 'AWS::Events::Rule'))(
    'waits in a dead-letter queue when a target of %s cannot be reached for a day',
    (_, rule) => {
      const targets = list(rule.Properties['Targets']);
      expect(targets.length).toBeGreaterThan(0);
      for (const target of targets) {
        expect(at(target, 'RetryPolicy')).toEqual({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 });
        const queue = text(at(target, 'DeadLetterConfig', 'Arn', 'Fn::GetAtt', 0));
        expect(template.Resources[queue]?.Type).toBe('AWS::SQS::Queue');
      }
    },
  );

  test('may be put into that queue by this rule, and by no other', () => {
    expect(list(property('UndeliveredEventsPolicy', 'PolicyDocument', 'Statement'))).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: { 'Fn::GetAtt': ['UndeliveredEvents', 'Arn'] },
        Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['StartWorkflowRule', 'Arn'] } } },
      },
    ]);
  });

  test.each(queues)('is kept in %s for 14 days, encrypted', (_, queue) => {
    expect(queue.Properties).toMatchObject({ MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true });
  });
});

describe('the workflow', () => {
  test('is an EXPRESS one that logs every step, unless told otherwise', () => {
    expect(property('OrderPipeline', 'Type')).toBe('EXPRESS');
    expect(property('OrderPipeline', 'Logging', 'Level')).toEqual({ Ref: 'WorkflowLogLevel' });
    expect(template.Parameters['WorkflowLogLevel']).toMatchObject({ Default: 'ALL' });
    expect(property('OrderPipeline', 'Logging', 'Destinations')).toHaveLength(1);
  });

  test('keeps what events say out of its logs, unless it is told to show them', () => {
    expect(property('OrderPipeline', 'Logging', 'IncludeExecutionData')).toEqual({ Ref: 'LogPayloads' });
    expect(template.Parameters['LogPayloads']).toMatchObject({ Default: 'false' });
  });

  test('may do what its states do, and nothing else', () => {
    const definition = readProjectFile('statemachine/order-pipeline.asl.json');
    const used = new Set(
      [...definition.matchAll(/"Resource": *"arn:aws:states:::([^"]+)"/g)].map(([, resource]) => resource),
    );
    const actionsOf: Record<string, string[]> = {
      'dynamodb:putItem': ['dynamodb:PutItem'],
      'aws-sdk:dynamodb:transactGetItems': ['dynamodb:GetItem'],
      'aws-sdk:dynamodb:transactWriteItems': ['dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'], // and PutItem
      'lambda:invoke': ['lambda:InvokeFunction'],
      'events:putEvents': ['events:PutEvents'],
      'sqs:sendMessage': ['sqs:SendMessage'],
    };
    const needed = [...used].flatMap(
      (resource) => actionsOf[String(resource)] ?? [`no action is known for ${String(resource)}`],
    );
    const granted = statements
      .filter(([name, statement]) => name === 'WorkflowRole' && at(statement, 'Sid') !== 'Log')
      .flatMap(([, statement]) => list(at(statement, 'Action')));
    expect(granted.toSorted()).toEqual(needed.toSorted());
  });

  test('waits for each function that it invokes longer than the function may run', () => {
    const machine = parseMachine(readDefinition());
    const tasks = statesOf(machine).filter(({ value }) => value.Resource === 'arn:aws:states:::lambda:invoke');
    const patience = Math.min(...tasks.map(({ value }) => value.TimeoutSeconds ?? 0));
    const invoked = Object.values(property('OrderPipeline', 'DefinitionSubstitutions') ?? {})
      .map((value: Json) => text(at(value, 'Fn::GetAtt', 0)))
      .filter((name) => template.Resources[name]?.Type === 'AWS::Serverless::Function');
    expect(invoked).toHaveLength(3);
    for (const name of invoked) expect(property(name, 'Timeout')).toBeLessThan(patience);
  });

  test('may be started by the rule alone', () => {
    expect(
      statements.filter(([, statement]) => list(at(statement, 'Action')).includes('states:StartExecution')),
    ).toEqual([
      ['StartWorkflowRole', { Effect: 'Allow', Action: 'states:StartExecution', Resource: { Ref: 'OrderPipeline' } }],
    ]);
  });
});

describe('the tables', () => {
  test.each(tables)('%s: paid by use, encrypted, restorable to any second', (_, table) => {
    expect(table.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  test('streams orders with old and new images', () => {
    expect(property('OrdersTable', 'StreamSpecification')).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
  });

  test('forgets answers by their expiry, and orders never', () => {
    expect(property('CommandsTable', 'TimeToLiveSpecification')).toEqual({ AttributeName: 'expiresAt', Enabled: true });
    expect(property('OrdersTable', 'TimeToLiveSpecification')).toBeUndefined();
  });
});

describe('the projection', () => {
  const stream = property('ProjectOrders', 'Events', 'OrdersStream', 'Properties');

  test('begins at the oldest record, so that nothing written before it is missed', () => {
    expect(at(stream, 'StartingPosition')).toBe('TRIM_HORIZON');
    expect(at(stream, 'Stream')).toEqual({ 'Fn::GetAtt': ['OrdersTable', 'StreamArn'] });
  });

  test('tries a batch again until an hour before the stream forgets it, then saves its records whole', () => {
    expect(at(stream, 'MaximumRetryAttempts')).toBe(-1);
    expect(at(stream, 'MaximumRecordAgeInSeconds')).toBe(23 * 3600);
    expect(at(stream, 'DestinationConfig', 'OnFailure')).toEqual({
      Type: 'S3',
      Destination: { 'Fn::GetAtt': ['UnprojectedRecords', 'Arn'] },
    });
  });

  test('stays within what a stream mapping allows', () => {
    expect(Number(at(stream, 'BatchSize'))).toBeLessThanOrEqual(10_000);
    expect(property('ProjectOrders', 'Timeout')).toBeLessThanOrEqual(900);
  });

  test('may read items, and write none', () => {
    const actions = statements
      .filter(([name]) => name === 'ProjectorRole')
      .flatMap(([, statement]) => list(at(statement, 'Action')).map(text));
    expect(actions.filter((action) => action.startsWith('dynamodb:'))).toEqual([
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
      'dynamodb:BatchGetItem',
    ]);
  });
});

describe('a rebuild', () => {
  const machine = parseMachine(readDefinition('rebuild-read-model'));
  const states = statesOf(machine);

  test('is a STANDARD machine, so that it may take hours and each step shows', () => {
    expect(property('Rebuild', 'Type')).toBe('STANDARD');
  });

  test('scans only when no projector can remember any more that there was no copy', () => {
    const wait = states.find(({ name }) => name === 'Wait for Projectors');
    expect(machine.States['Prepare Copy']?.Next).toBe('Wait for Projectors');
    expect(Number(wait?.value.Seconds) * 1_000).toBeGreaterThan(2 * REMEMBERED_MS);
  });

  test('waits for its function longer than that may run, which is longer than it works on pages', () => {
    const timeout = Number(property('RebuildReadModel', 'Timeout'));
    for (const { value } of states.filter(({ value }) => value.Type === 'Task'))
      expect(value.TimeoutSeconds).toBeGreaterThan(timeout);
    expect(timeout * 1_000).toBeGreaterThan(4 * WORKING_MS);
  });

  test('ends well where it was cancelled: no person needs to look', () => {
    const judges = states.filter(({ value }) => value.Choices?.some(({ Next }) => Next === 'Cancelled'));
    expect(judges.map(({ name }) => name)).toEqual(['Judge Copy', 'Judge Swap']);
    expect(machine.States['Cancelled']?.Type).toBe('Succeed');
  });

  test('asks for no step that the function does not know', () => {
    const steps = [...readDefinition('rebuild-read-model').matchAll(/"step": "([^"]+)"/g)].map(([, step]) => step);
    expect(steps).toEqual(['prepare', 'fill', 'verify', 'swap', 'clean up']);
    for (const step of steps) expect(() => parseRequest({ step, run: 'r', ...(step === 'prepare' && { segments: 1 }), ...(step === 'fill' && { segment: 0 }) })).not.toThrow(); // prettier-ignore
  });

  test('may read the table, and write nothing there', () => {
    const actions = statements.filter(([name]) => name === 'RebuilderRole').flatMap(([, statement]) => list(at(statement, 'Action')).map(text)); // prettier-ignore
    expect(actions.filter((action) => action.startsWith('dynamodb:'))).toEqual(['dynamodb:BatchGetItem', 'dynamodb:Scan']); // prettier-ignore
  });
});

describe('the bucket of unprojected records', () => {
  test('is private, encrypted, and refuses plain HTTP', () => {
    expect(property('UnprojectedRecords', 'PublicAccessBlockConfiguration')).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(property('UnprojectedRecords', 'BucketEncryption', 'ServerSideEncryptionConfiguration')).toHaveLength(1);
    expect(property('UnprojectedRecordsPolicy', 'PolicyDocument', 'Statement', 0)).toMatchObject({
      Effect: 'Deny',
      Condition: { Bool: { 'aws:SecureTransport': false } },
    });
  });
});

describe('the functions', () => {
  test.each(functions)('%s is bundled by esbuild and runs on the newest Node on arm64', (_, { Properties }) => {
    expect(template.Globals.Function).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'handler.handler',
    });
    expect(Properties).not.toHaveProperty('Runtime');
    expect(() => readProjectFile(`${text(Properties['CodeUri'])}/handler.ts`)).not.toThrow();
  });

  test.each(functions.map(([name, { Properties }]) => [name, Properties['Timeout']]))(
    '%s has a timeout of its own: %p s',
    (_, timeout) => {
      expect(timeout).toEqual(expect.any(Number));
    },
  );

  test.each(functions.filter(([name]) => name !== 'DbInit'))(
    '%s is changed only when the schema is up to date',
    (_, resource) => {
      expect([resource.DependsOn].flat()).toContain('ReadModelSchema');
    },
  );

  test('who adds what is set aside to the sums is there before the projector that sets it aside', () => {
    const { DependsOn } = template.Resources['ProjectOrders'] ?? {};
    expect(DependsOn).toEqual(expect.arrayContaining(['QueryItemSalesReport', 'QueryMonthlySalesByItem']));
  });
});

describe('the schema', () => {
  test('is brought up to date again when a migration is added or a grant changes: the template carries the hash', () => {
    expect(property('ReadModelSchema', 'SchemaHash')).toBe(hashOf(migrations)); // `npm run schema` writes it
  });

  test('fails the deployment before CloudFormation gives up on it', () => {
    expect(Number(property('ReadModelSchema', 'ServiceTimeout'))).toBeGreaterThan(
      Number(property('DbInit', 'Timeout')),
    );
  });
});

/** Actions that AWS knows no resources for. */
const WITHOUT_RESOURCES = ['Log', 'ListStreams', 'JoinVpc'];

describe('every policy', () => {
  test.each(statements.filter(([, statement]) => at(statement, 'Effect') === 'Allow'))(
    'of %s names its actions and its resources',
    (_, statement) => {
      for (const action of list(at(statement, 'Action'))) expect(action).not.toMatch(/\*/);
      const anyResource = list(at(statement, 'Resource')).includes('*');
      expect(anyResource).toBe(WITHOUT_RESOURCES.includes(text(at(statement, 'Sid'))));
    },
  );

  test('is written out: no function gets a role from SAM, nor a managed policy', () => {
    for (const [, { Properties }] of functions) {
      expect(template.Resources[text(at(Properties['Role'], 'Fn::GetAtt', 0))]?.Type).toBe('AWS::IAM::Role');
      expect(Properties).not.toHaveProperty('Policies');
    }
    expect(readProjectFile('template.yaml')).not.toContain('ManagedPolicyArns');
  });

  test('is found by these tests', () => {
    expect(new Set(statements.map(([name]) => name))).toEqual(
      new Set([
        'StartWorkflowRole',
        'WorkflowRole',
        'QueryRole',
        'OperatorRole',
        'ProjectorRole',
        'RebuildRole',
        'RebuilderRole',
        'DbInitRole',
        'DynamoDbEndpoint',
        'UndeliveredEventsPolicy',
        'UnprojectedRecordsPolicy',
      ]),
    );
  });
});

describe('the logs', () => {
  test.each(resourcesOf(template, 'AWS::Logs::LogGroup'))(
    'of %s are kept for a number of days that is chosen',
    (_, group) => {
      expect(group.Properties['RetentionInDays']).toEqual({ Ref: 'LogRetentionDays' });
    },
  );

  test('of every function go to a group of ours', () => {
    expect(template.Globals.Function['LoggingConfig']).toEqual({ LogGroup: { Ref: 'FunctionLogs' } });
    for (const [, { Properties }] of functions) expect(Properties).not.toHaveProperty('LoggingConfig');
  });
});

describe('the parameters', () => {
  const parameters = Object.entries(template.Parameters);

  test.each(parameters)('%s has a default: a deployment asks nothing that has no good answer', (_, parameter) => {
    expect(parameter).toHaveProperty('Default');
  });

  test.each(parameters)('%s is described', (_, parameter) => {
    expect(parameter.Description).toMatch(/^[A-Z].{20,}\.$/);
  });

  test.each(parameters)('%s is bounded', (_, parameter) => {
    const bounds = Object.keys(parameter);
    const bounded =
      bounds.includes('AllowedPattern') ||
      bounds.includes('AllowedValues') ||
      (bounds.includes('MinValue') && bounds.includes('MaxValue')) ||
      (bounds.includes('MinLength') && bounds.includes('MaxLength'));
    expect(bounded).toBe(true);
  });

  test('are all used, and shown in groups', () => {
    const text = readProjectFile('template.yaml');
    const groups = at(template as unknown as Json, 'Metadata', 'AWS::CloudFormation::Interface', 'ParameterGroups');
    expect(
      list(groups)
        .flatMap((group) => list(at(group, 'Parameters')))
        .toSorted(),
    ).toEqual(parameters.map(([name]) => name).toSorted());
    for (const [name] of parameters) expect(text).toMatch(new RegExp(`!Ref ${name}\\b`));
  });
});

describe('two stacks in one region', () => {
  test.each([
    'Name',
    'TableName',
    'QueueName',
    'BucketName',
    'FunctionName',
    'RoleName',
    'LogGroupName',
    'StateMachineName',
  ])('do not meet in a fixed %s', (key) => {
    for (const { Properties } of Object.values(template.Resources)) {
      if (!(key in Properties)) continue;
      const name = JSON.stringify(Properties[key]);
      expect(name).toMatch(/"Ref":"EventBusName"|\$\{AWS::StackName\}/);
    }
  });
});

describe('the outputs', () => {
  test('tell a person where to send and where to look', () => {
    expect(Object.keys(template.Outputs)).toEqual(
      expect.arrayContaining([
        'EventBusName',
        'EventBridgeARN',
        'StateMachineArn',
        'OrdersTableName',
        'ParkedEventsUrl',
        'UndeliveredEventsUrl',
      ]),
    );
    for (const output of Object.values(template.Outputs)) expect(output.Description).toMatch(/\.$/);
  });
});
