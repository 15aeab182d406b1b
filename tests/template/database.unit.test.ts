/** What template.yaml promises of the database: where it lies, who may reach it and how, and that it is not lost. */
import { describe, expect, test } from '@jest/globals';
import { readDoc, tableOf } from '../support/docs';
import {
  at,
  branches,
  list,
  loadTemplate,
  propertyOf,
  resourcesOf,
  statementsOf,
  text,
  type Json,
} from './load-template';

const template = loadTemplate();
const property = (name: string, ...keys: (string | number)[]): Json | undefined => propertyOf(template, name, ...keys);
const functions = resourcesOf(template, 'AWS::Serverless::Function');
const ofType = (...prefixes: string[]) =>
  Object.entries(template.Resources).filter(([, { Type }]) => prefixes.some((prefix) => Type.startsWith(prefix)));

/** A function's environment: its own variables over those of all. */
const environmentOf = (name: string): Readonly<Record<string, Json>> => ({
  ...(at(template.Globals.Function['Environment'], 'Variables') as Readonly<Record<string, Json>>),
  ...(property(name, 'Environment', 'Variables') as Readonly<Record<string, Json>> | undefined),
});

describe('the database of its own', () => {
  test.each(ofType('AWS::EC2::', 'AWS::RDS::'))('%s is made only where no other is named', (_, resource) => {
    expect(resource.Condition).toBe('OwnDatabase');
    expect(template.Conditions['OwnDatabase']).toEqual({ 'Fn::Equals': [{ Ref: 'DatabaseHost' }, ''] });
  });

  test('pauses when idle, unless told otherwise, in a version that can', () => {
    expect(property('Database', 'ServerlessV2ScalingConfiguration')).toEqual({
      MinCapacity: { Ref: 'DatabaseMinCapacity' },
      MaxCapacity: { Ref: 'DatabaseMaxCapacity' },
    });
    expect(template.Parameters['DatabaseMinCapacity']).toMatchObject({ Default: 0 });
    expect(property('DatabaseInstance', 'DBInstanceClass')).toBe('db.serverless');
    const [, minor = ''] = /^8\.0\.mysql_aurora\.3\.(\d+)\./.exec(text(property('Database', 'EngineVersion'))) ?? [];
    expect(Number(minor)).toBeGreaterThanOrEqual(8);
  });

  test('has nothing on that keeps it from pausing: neither logs nor insights', () => {
    for (const name of ['Database', 'DatabaseInstance']) {
      for (const key of ['EnableCloudwatchLogsExports', 'EnablePerformanceInsights', 'MonitoringInterval'])
        expect(template.Resources[name]?.Properties).not.toHaveProperty(key);
    }
  });

  test('is encrypted, backed up for a week, and kept as a snapshot when the stack goes', () => {
    expect(template.Resources['Database']).toMatchObject({
      DeletionPolicy: 'Snapshot',
      UpdateReplacePolicy: 'Snapshot',
      Properties: { StorageEncrypted: true, BackupRetentionPeriod: 7, CopyTagsToSnapshot: true },
    });
  });

  test.each([
    ['Database', 'DeletionProtection'],
    ['OrdersTable', 'DeletionProtectionEnabled'],
    ['CommandsTable', 'DeletionProtectionEnabled'],
  ])(
    '%s cannot be deleted while DeletionProtection is on; it is off for a first deployment, which might have to go back',
    (name, key) => {
      expect(property(name, key)).toEqual({ Ref: 'DeletionProtection' });
      expect(template.Parameters['DeletionProtection']).toMatchObject({ Default: 'false' });
    },
  );
});

describe('what holds data', () => {
  test.each(['OrdersTable', 'CommandsTable', 'UnprojectedRecords'])('%s outlives the stack', (name) => {
    expect(template.Resources[name]).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });
});

describe('the network', () => {
  test('has no way out: no gateway to the internet, no NAT, no route but those of its endpoint', () => {
    const types = new Set(ofType('AWS::EC2::').map(([, { Type }]) => Type));
    expect([...types].toSorted()).toEqual([
      'AWS::EC2::RouteTable',
      'AWS::EC2::SecurityGroup',
      'AWS::EC2::Subnet',
      'AWS::EC2::SubnetRouteTableAssociation',
      'AWS::EC2::VPC',
      'AWS::EC2::VPCEndpoint',
    ]);
    for (const [, subnet] of resourcesOf(template, 'AWS::EC2::Subnet'))
      expect(subnet.Properties).not.toHaveProperty('MapPublicIpOnLaunch');
    expect(property('DatabaseInstance', 'PubliclyAccessible')).toBe(false);
  });

  test('has one endpoint, a gateway that costs nothing, for the two ways in which functions read the orders', () => {
    expect(property('DynamoDbEndpoint', 'VpcEndpointType')).toBe('Gateway');
    expect(property('DynamoDbEndpoint', 'ServiceName')).toEqual({
      'Fn::Sub': 'com.amazonaws.${AWS::Region}.dynamodb',
    });
    expect(property('DynamoDbEndpoint', 'PolicyDocument', 'Statement')).toEqual([
      {
        Effect: 'Allow',
        Principal: '*',
        Action: ['dynamodb:BatchGetItem', 'dynamodb:Scan'],
        Resource: { 'Fn::GetAtt': ['OrdersTable', 'Arn'] },
      },
    ]);
  });

  test('lets the functions reach the database, and the database nobody', () => {
    expect(property('DatabaseSecurityGroup', 'SecurityGroupIngress')).toEqual([
      expect.objectContaining({
        FromPort: 3306,
        ToPort: 3306,
        SourceSecurityGroupId: { 'Fn::GetAtt': ['FunctionSecurityGroup', 'GroupId'] },
      }),
    ]);
    expect(property('DatabaseSecurityGroup', 'SecurityGroupEgress')).toEqual([
      expect.objectContaining({ CidrIp: '127.0.0.1/32' }),
    ]);
    expect(property('FunctionSecurityGroup', 'SecurityGroupIngress')).toBeUndefined();
    expect(list(property('FunctionSecurityGroup', 'SecurityGroupEgress')).map((rule) => at(rule, 'FromPort'))).toEqual([
      3306, 443,
    ]);
  });

  test.each(functions.filter(([name]) => name !== 'DbInit'))('%s is in it', (_, { Properties }) => {
    expect(Properties).not.toHaveProperty('VpcConfig');
    expect(at(template.Globals.Function['VpcConfig'], 'Fn::If', 0)).toBe('OwnDatabase');
    expect(at(template.Globals.Function['VpcConfig'], 'Fn::If', 1)).toEqual({
      SubnetIds: [{ Ref: 'SubnetA' }, { Ref: 'SubnetB' }],
      SecurityGroupIds: [{ Ref: 'FunctionSecurityGroup' }],
    });
  });

  test('is not needed by DbInit, which goes over the Data API', () => {
    expect(property('Database', 'EnableHttpEndpoint')).toBe(true);
    expect(at(property('DbInit', 'VpcConfig'), 'Fn::If', 0)).toBe('InGivenSubnets');
  });
});

describe('signing in', () => {
  test('is over TLS only: the database refuses anything else, and functions verify its certificate', () => {
    expect(property('DatabaseParameters', 'Parameters')).toEqual({ require_secure_transport: 'ON' });
    expect(property('Database', 'DBClusterParameterGroupName')).toEqual({ Ref: 'DatabaseParameters' });
    expect(environmentOf('ProjectOrders')['DATABASE_TLS']).toEqual({
      'Fn::If': ['OwnDatabase', 'verify', { Ref: 'DatabaseTls' }],
    });
    expect(template.Parameters['DatabaseTls']).toMatchObject({ Default: 'verify' });
  });

  test.each([
    ['QueryItemSalesReport', 'order_reader'],
    ['QueryMonthlySalesByItem', 'order_reader'],
    ['QueryOrders', 'order_reader'],
    ['OperateReadModel', 'order_operator'],
    ['ProjectOrders', 'order_projector'],
    ['RebuildReadModel', 'order_rebuilder'],
  ])('%s is %s, by IAM, and may be nobody else', (name, user) => {
    expect(property('Database', 'EnableIAMDatabaseAuthentication')).toBe(true);
    expect(environmentOf(name)['DATABASE_SIGN_IN']).toEqual({ 'Fn::If': ['OwnDatabase', 'iam', 'secret'] });
    expect(environmentOf(name)['DATABASE_USER']).toEqual({ 'Fn::If': ['OwnDatabase', user, { Ref: 'DatabaseUser' }] });
    const role = text(at(property(name, 'Role'), 'Fn::GetAtt', 0));
    const may = statementsOf(template).filter(
      ([where, statement]) => where === role && list(at(statement, 'Action')).includes('rds-db:connect'),
    );
    expect(may.map(([, statement]) => at(statement, 'Resource'))).toEqual([
      {
        'Fn::Sub':
          'arn:${AWS::Partition}:rds-db:${AWS::Region}:${AWS::AccountId}:dbuser:${Database.DBClusterResourceId}/' +
          user,
      },
    ]);
  });

  test("as the database's master is DbInit's alone, with a secret that RDS keeps", () => {
    expect(property('Database', 'ManageMasterUserPassword')).toBe(true);
    expect(template.Resources['Database']?.Properties).not.toHaveProperty('MasterUserPassword');
    const master = JSON.stringify({ 'Fn::GetAtt': ['Database', 'MasterUserSecret.SecretArn'] });
    const users = Object.entries(template.Resources).filter(([, resource]) =>
      JSON.stringify(resource).includes(master),
    );
    expect(users.map(([name]) => name)).toEqual(['DbInit', 'DbInitRole']);
  });
});

describe('a database of the user’s own', () => {
  test('needs a secret, and what is for it needs it', () => {
    const asserted = (rule: string): string[] =>
      list(at(template.Rules[rule], 'Assertions')).map((one) => text(at(one, 'AssertDescription')));
    expect(asserted('GivenDatabase')).toEqual([
      'A DatabaseHost needs a DatabaseSecretArn.',
      'DatabaseSubnetIds and DatabaseSecurityGroupIds need each other.',
    ]);
    expect(asserted('NoGivenDatabase')).toHaveLength(1);
    expect(at(template.Rules['NoGivenDatabase'], 'RuleCondition')).toEqual(template.Conditions['OwnDatabase']);
  });

  test('has its password in a secret: no parameter takes one, and no environment holds one', () => {
    for (const parameter of Object.values(template.Parameters)) expect(parameter).not.toHaveProperty('NoEcho');
    for (const [name] of functions) {
      expect(Object.keys(environmentOf(name))).not.toContain('DATABASE_PASSWORD');
      expect(branches(environmentOf(name)['DATABASE_SECRET_ARN'])).toContainEqual({ Ref: 'DatabaseSecretArn' });
    }
  });

  test('is reached from subnets of the user’s, where they are named', () => {
    const given = branches(template.Globals.Function['VpcConfig']).at(-1);
    expect(given).toEqual({
      SubnetIds: { 'Fn::Split': [',', { Ref: 'DatabaseSubnetIds' }] },
      SecurityGroupIds: { 'Fn::Split': [',', { Ref: 'DatabaseSecurityGroupIds' }] },
    });
  });
});

describe('connections', () => {
  const quotas = readDoc('docs/operations/quotas.md');
  const rows = tableOf(quotas, 'DatabaseMaxCapacity', 'max_connections', 'QueryConcurrency at most').map((row) => {
    const [capacity = NaN, connections = NaN, concurrency = NaN] = row.map(Number);
    return { capacity, connections, concurrency };
  });
  const parameter = (name: string, key: string) => Number(template.Parameters[name]?.[key]);

  /** The functions that `QueryConcurrency` bounds. */
  const bounded = functions.filter(([, { Properties }]) => Properties['ReservedConcurrentExecutions'] !== undefined);
  /** Shards that the stream of a new table has, one for each of its partitions; and connections that are left to others. */
  const [shards = NaN, spare = NaN] = (/× QueryConcurrency \+ (\d+) × ProjectorsAtOnce \+ (\d+)$/m.exec(quotas) ?? [])
    .slice(1)
    .map(Number);
  const used = (concurrency: number, projectors: number): number =>
    bounded.length * concurrency + shards * projectors + spare;

  test('of a new account with its quota of 10 executions: nothing is reserved unless asked for', () => {
    expect(template.Parameters['QueryConcurrency']).toMatchObject({ Default: 0 });
    for (const [, { Properties }] of functions)
      for (const reserved of branches(Properties['ReservedConcurrentExecutions']))
        expect(reserved).toEqual({ Ref: 'QueryConcurrency' });
  });

  test('at each capacity are what the docs say, from the least capacity to the most', () => {
    const capacities = rows.map(({ capacity }) => capacity);
    expect(capacities).toEqual(capacities.toSorted((a, b) => a - b));
    expect(capacities[0]).toBe(parameter('DatabaseMaxCapacity', 'MinValue'));
    expect(capacities.at(-1)).toBe(parameter('DatabaseMaxCapacity', 'MaxValue'));
    const connections = rows.map((row) => row.connections);
    expect(connections).toEqual(connections.toSorted((a, b) => a - b));
  });

  test.each(rows)(
    'at capacity $capacity have room for QueryConcurrency $concurrency with all projectors, and for no more',
    ({ connections, concurrency }) => {
      const projectors = parameter('ProjectorsAtOnce', 'MaxValue');
      expect(used(concurrency, projectors)).toBeLessThanOrEqual(connections);
      if (concurrency < parameter('QueryConcurrency', 'MaxValue'))
        expect(used(concurrency + 1, projectors)).toBeGreaterThan(connections);
      else expect(concurrency).toBe(parameter('QueryConcurrency', 'MaxValue'));
    },
  );

  test('of all functions that an account may run at once fit into the capacity at first, as its description says', () => {
    const accountQuota = 1000; // docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    const first = rows.find(({ capacity }) => capacity === parameter('DatabaseMaxCapacity', 'Default'));
    expect(first?.connections).toBeGreaterThanOrEqual(accountQuota);
    expect(template.Parameters['DatabaseMaxCapacity']?.Description).toContain(
      `(${first?.capacity} allow ${first?.connections})`,
    );
  });

  test('of queries can be bounded, each function by itself', () => {
    const names = bounded.map(([name]) => name).toSorted();
    expect(names).toEqual(['QueryItemSalesReport', 'QueryMonthlySalesByItem', 'QueryOrders']);
    for (const name of names)
      expect(property(name, 'ReservedConcurrentExecutions')).toEqual({
        'Fn::If': ['LimitQueries', { Ref: 'QueryConcurrency' }, { Ref: 'AWS::NoValue' }],
      });
    expect(quotas).toContain(`${bounded.length} × QueryConcurrency +`);
  });

  test('of the projector are one for each shard, unless told otherwise', () => {
    expect(property('ProjectOrders', 'Events', 'OrdersStream', 'Properties', 'ParallelizationFactor')).toEqual({
      Ref: 'ProjectorsAtOnce',
    });
    expect(template.Parameters['ProjectorsAtOnce']).toMatchObject({ Default: 1, MaxValue: 10 });
  });
});
