/** The password of the read model's user is in one secret, and nowhere else where somebody might read it. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { clientOptions } from '../../local/clients';
import { cloudEnvironment } from '../../local/cloud';
import { tool } from '../../local/paths';
import { openInbox } from '../../local/replies';
import { run } from '../../local/run';
import { endpoint, output, readModel } from '../support/e2e-environment';
import { ask, send } from '../support/send';

/** What must not be seen, in the forms in which it could be. */
const forms = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64'),
];

const seenIn = (text: string): string[] => forms(readModel().DATABASE_PASSWORD).filter((form) => text.includes(form));

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
    expect(readModel().DATABASE_PASSWORD.length).toBeGreaterThan(8);
  });

  test('is in no environment of a function', async () => {
    const client = new LambdaClient(clientOptions(endpoint()));
    const { Functions = [] } = await client.send(new ListFunctionsCommand({}));
    client.destroy();
    const environments = Functions.map(({ Environment }) => JSON.stringify(Environment?.Variables));
    expect(environments.filter((variables) => variables.includes('DATABASE_SECRET_ARN')).length).toBeGreaterThan(5);
    expect(environments.flatMap(seenIn)).toEqual([]);
  });

  test('is in no output of the stack, and in none of its parameters', async () => {
    const client = new CloudFormationClient(clientOptions(endpoint()));
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: 'order-pipeline' }));
    client.destroy();
    expect(Stacks[0]?.Outputs?.length).toBeGreaterThan(5);
    expect(seenIn(JSON.stringify(Stacks[0]?.Outputs))).toEqual([]);
    expect(seenIn(JSON.stringify(Stacks[0]?.Parameters))).toEqual([]);
  });

  test('is in no log of what ran before', async () => {
    const logs = await allLogs();
    expect(logs).toContain('Answered');
    expect(seenIn(logs)).toEqual([]);
  }, 120_000);

  test('is in the secret that the functions are told of', async () => {
    const { SecretList } = JSON.parse(await aws('secretsmanager', 'list-secrets')) as { SecretList: { ARN: string }[] };
    const values = await Promise.all(
      SecretList.map(({ ARN }) => aws('secretsmanager', 'get-secret-value', '--secret-id', ARN)),
    );
    expect(values.flatMap(seenIn)).not.toEqual([]);
  }, 30_000);
});
