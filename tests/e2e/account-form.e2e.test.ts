/**
 * The form of the template that an account gets, with a database of its own in a network of its own: created and deleted as far as
 * the local cloud models it. Its Data API is ours (tests/support), over a real database.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { yamlParse } from 'yaml-cfn';
import { migrations } from '../../db-init/migrations/index';
import { users } from '../../db-init/users';
import { connectDatabase, withPassword, type Database } from '../../functions/shared/database';
import { cloudEnvironment } from '../../local/cloud';
import { deploy, type Outputs } from '../../local/deploy';
import { tool } from '../../local/paths';
import { createReadModel } from '../../local/read-model';
import { run } from '../../local/run';
import { DataApiServer } from '../support/data-api-server';
import { administer } from '../support/database';
import { builtTemplate, endpoint, readModel } from '../support/e2e-environment';
import { readDoc } from '../support/docs';
import { loadTemplate } from '../template/load-template';

const STACK = 'account-form';
const file = join(dirname(builtTemplate()), 'account-form.json');

let server: DataApiServer;
let database: Database;
let outputs: Outputs;

/** Asks the local cloud by the AWS CLI, which does not for every service look where the environment points. */
const aws = async <Answer>(...args: string[]): Promise<Answer> => {
  const text = await run(tool('aws'), [...args, '--endpoint-url', endpoint()], { env: cloudEnvironment(endpoint()) });
  return (text === '' ? {} : JSON.parse(text)) as Answer;
};

/** The built template with what the local cloud lacks: the secret that RDS makes, and a Data API. */
function templateForLocalCloud({ config, address }: DataApiServer): string {
  const master = JSON.stringify({ 'Fn::GetAtt': ['Database', 'MasterUserSecret.SecretArn'] });
  const text = JSON.stringify(yamlParse(readFileSync(builtTemplate(), 'utf8')));
  expect(text).toContain(master);
  const template = JSON.parse(text.replaceAll(master, JSON.stringify(config.DATABASE_SECRET_ARN))) as {
    Resources: { DbInit: { Properties: { Environment: { Variables: Record<string, unknown> } } } };
  };
  Object.assign(template.Resources.DbInit.Properties.Environment.Variables, {
    DATABASE_CLUSTER_ARN: config.DATABASE_CLUSTER_ARN,
    AWS_ENDPOINT_URL_RDS_DATA: address,
  });
  return JSON.stringify(template);
}

/** There is no AWS plugin, and no TLS: the users get a password instead. */
const translate = (sql: string): string =>
  sql
    .replace("IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'", "IDENTIFIED BY 'of-a-test'")
    .replace('REQUIRE SSL', 'REQUIRE NONE');

beforeAll(async () => {
  const own = await createReadModel(readModel(), 'account_form');
  database = connectDatabase(withPassword(own));
  server = await DataApiServer.start(own, { translate });
  writeFileSync(file, templateForLocalCloud(server));
  const parameters = { EventBusName: STACK, AlarmEmail: 'somebody@example.org', DatabaseName: 'account_form' };
  outputs = await deploy({ endpoint: endpoint(), template: file, stackName: STACK, parameters });
}, 180_000);

afterAll(async () => {
  rmSync(file, { force: true });
  await database.close();
  await server.stop();
  for (const user of Object.keys(users)) await administer(readModel(), `DROP USER IF EXISTS '${user}'@'%'`);
});

interface StackResource {
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
  readonly ResourceType: string;
}

const resources = async (): Promise<StackResource[]> =>
  (
    await aws<{ StackResourceSummaries: StackResource[] }>(
      'cloudformation',
      'list-stack-resources',
      '--stack-name',
      STACK,
    )
  ).StackResourceSummaries;

describe('created', () => {
  test('it has every resource of the template, but for the archive', async () => {
    const made = (await resources()).map(({ LogicalResourceId }) => LogicalResourceId);
    const wanted = Object.keys(loadTemplate().Resources).filter((name) => name !== 'EventArchive');
    expect(made).toEqual(expect.arrayContaining(wanted));
  });

  test('its schema and its users were made over the Data API', async () => {
    const ledger = await database.read((sql) =>
      sql.select<{ name: string }>('SELECT name FROM schema_migrations ORDER BY name'),
    );
    expect(ledger.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
    for (const user of Object.keys(users))
      expect(server.statements()).toContain(
        `CREATE USER IF NOT EXISTS '${user}'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'`,
      );
  });

  test('its alarms tell the address that was given', async () => {
    const { MetricAlarms } = await aws<{ MetricAlarms: { AlarmName: string; AlarmActions: string[] }[] }>(
      'cloudwatch',
      'describe-alarms',
    );
    const own = MetricAlarms.filter(({ AlarmName }) => AlarmName.startsWith(STACK));
    const templates = Object.values(loadTemplate().Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    expect(own).toHaveLength(templates.length);
    const topic = (await resources()).find(({ LogicalResourceId }) => LogicalResourceId === 'AlarmTopic');
    for (const { AlarmActions } of own) expect(AlarmActions).toEqual([topic?.PhysicalResourceId]);
  });

  test('its outputs lead to it', () => {
    expect(outputs['EventBusName']).toBe(STACK);
    expect(outputs['DashboardAddress']).toMatch(/^https:\/\/us-east-1\.console\.aws\.amazon\.com\/cloudwatch\//);
  });
});

test('its tables, dropped, are made anew when a person asks, as docs/operations/restore.md says', async () => {
  const page = readDoc('docs/operations/restore.md');
  const drop = /```sql\n(DROP TABLE [^`]+)\n```/.exec(page)?.[1] ?? '';
  const line = page.split('\n').find((text) => text.includes('aws lambda invoke')) ?? '';
  const functions = await resources();
  const name = functions.find(({ LogicalResourceId }) => LogicalResourceId === 'DbInit')?.PhysicalResourceId ?? '';
  await database.read((sql) => sql.run(drop));
  const env = { ...cloudEnvironment(endpoint()), PATH: `${dirname(tool('aws'))}:${process.env['PATH'] ?? ''}` };
  const command = `${line.replace('$(output DbInitFunction)', name)} | cat`; // what is no pipe and no terminal cannot be opened by its name
  const answer = await run('bash', ['-c', command], { env });
  const done = { applied: migrations.map((migration) => migration.name), revoked: [], toRebuild: [] };
  expect(answer.replaceAll(' ', '')).toContain(JSON.stringify(done));
  expect(await database.read((sql) => sql.select('SELECT * FROM orders'))).toEqual([]);
});

describe('deleted', () => {
  test('it leaves the tables and the bucket, and no network and no database', async () => {
    const before = await resources();
    await aws('cloudformation', 'delete-stack', '--stack-name', STACK);
    await aws('cloudformation', 'wait', 'stack-delete-complete', '--stack-name', STACK);
    const idOf = (name: string): string =>
      before.find(({ LogicalResourceId }) => LogicalResourceId === name)?.PhysicalResourceId ?? '';

    const { TableNames } = await aws<{ TableNames: string[] }>('dynamodb', 'list-tables');
    expect(TableNames).toEqual(expect.arrayContaining([idOf('OrdersTable'), idOf('CommandsTable')]));
    const { Buckets } = await aws<{ Buckets: { Name: string }[] }>('s3api', 'list-buckets');
    expect(Buckets.map(({ Name }) => Name)).toContain(idOf('UnprojectedRecords'));
    const { Vpcs } = await aws<{ Vpcs: { VpcId: string }[] }>('ec2', 'describe-vpcs');
    expect(Vpcs.map(({ VpcId }) => VpcId)).not.toContain(idOf('Vpc'));
    const { DBClusters } = await aws<{ DBClusters: { DBClusterIdentifier: string }[] }>('rds', 'describe-db-clusters');
    expect(DBClusters.map(({ DBClusterIdentifier }) => DBClusterIdentifier)).not.toContain(idOf('Database'));
  }, 120_000);
});
