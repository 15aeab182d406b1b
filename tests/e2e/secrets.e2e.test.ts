/**
 * The password of the read model's user is in one secret, and nowhere else where somebody might read it. This file runs last
 * (tests/support/secrets-last.mjs), and looks at what the whole run left: every stack, every function, every log, every file.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { clientOptions } from '../../local/clients';
import { cloudEnvironment } from '../../local/cloud';
import { LOCAL, tool } from '../../local/paths';
import { openInbox } from '../../local/replies';
import { run } from '../../local/run';
import { endpoint, output, readModel } from '../support/e2e-environment';
import { filesHolding, seenIn } from '../support/seen';
import { ask, send } from '../support/send';

const password = (): string => readModel().DATABASE_PASSWORD;

const aws = (...args: string[]): Promise<string> =>
  run(tool('aws'), [...args, '--endpoint-url', endpoint()], { env: cloudEnvironment(endpoint()) });

/** Every line of every log group. */
async function allLogs(): Promise<string> {
  const { logGroups } = JSON.parse(await aws('logs', 'describe-log-groups')) as {
    logGroups: { logGroupName: string }[];
  };
  const logs: string[] = [];
  for (const { logGroupName } of logGroups)
    logs.push(await aws('logs', 'filter-log-events', '--log-group-name', logGroupName));
  return logs.join('\n');
}

beforeAll(async () => {
  const bus = output('EventBusName');
  const inbox = await openInbox(endpoint(), bus, undefined, 'secrets');
  await send(endpoint(), bus, [{ kind: 'orderCommand', detail: { command: 'createOrder', orderId: 'secrets-1' } }]);
  await ask(endpoint(), bus, inbox, { query: 'itemsSalesReport' });
  await ask(endpoint(), bus, inbox, { query: 'customerCount' });
  await inbox.close();
});

describe('the password', () => {
  test('is worth hiding: the test knows it', () => {
    expect(password().length).toBeGreaterThan(8);
  });

  test('is in no environment of a function', async () => {
    const client = new LambdaClient(clientOptions(endpoint()));
    const { Functions = [] } = await client.send(new ListFunctionsCommand({}));
    client.destroy();
    const environments = Functions.map(({ Environment }) => JSON.stringify(Environment?.Variables ?? {}));
    expect(environments.filter((variables) => variables.includes('DATABASE_SECRET_ARN')).length).toBeGreaterThan(5);
    expect(environments.flatMap((variables) => seenIn(variables, password()))).toEqual([]);
  });

  test('is in no description of any stack: no output, no parameter', async () => {
    const client = new CloudFormationClient(clientOptions(endpoint()));
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({}));
    client.destroy();
    expect(Stacks.map(({ StackName }) => StackName)).toContain('order-pipeline');
    expect(Stacks.flatMap(({ Outputs = [] }) => Outputs).length).toBeGreaterThan(5);
    expect(seenIn(JSON.stringify(Stacks), password())).toEqual([]);
  });

  test('is in no log of what ran before', async () => {
    const logs = await allLogs();
    expect(logs).toContain('Answered');
    expect(seenIn(logs, password())).toEqual([]);
  }, 120_000);

  test('is in no file of the run: logs of the servers, temporary files, the functions as they were unpacked', () => {
    const directory = join(LOCAL, 'test', 'e2e');
    expect(readdirSync(directory)).toEqual(expect.arrayContaining(['cloud', 'database']));
    expect(filesHolding(directory, password())).toEqual([]);
  });

  test('is in the secret that the functions are told of', async () => {
    const { SecretList } = JSON.parse(await aws('secretsmanager', 'list-secrets')) as { SecretList: { ARN: string }[] };
    const values = await Promise.all(
      SecretList.map(({ ARN }) => aws('secretsmanager', 'get-secret-value', '--secret-id', ARN)),
    );
    expect(values.flatMap((value) => seenIn(value, password()))).not.toEqual([]);
  });
});
