/** The command-line tool on the local cloud: the real queues, bucket and functions. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { connect } from '../../cli/connect';
import { clientOptions } from '../../local/clients';
import { cloudEnvironment } from '../../local/cloud';
import { ROOT } from '../../local/paths';
import { untilProjected } from '../../local/projection';
import { openInbox, type Inbox, type Reply } from '../../local/replies';
import { run } from '../../local/run';
import { endpoint, output, readModel } from '../support/e2e-environment';
import { cli as runTool } from '../support/memory-pipeline';
import { until } from '../support/send';

let inbox: Inbox;
const sqs = new SQSClient(clientOptions(endpoint()));
beforeAll(async () => {
  inbox = await openInbox(endpoint(), output('EventBusName'), undefined, 'cli');
});
afterAll(async () => {
  await inbox.close();
  sqs.destroy();
});

async function cli(...args: string[]): Promise<{ code: number; stdout: string; stderr: string; json: unknown }> {
  const env = { AWS_ENDPOINT_URL: endpoint() };
  const ended = await runTool(await connect({ stackName: 'order-pipeline' }, env), [...args, '--json']);
  return { ...ended, json: ended.stdout === '' ? undefined : (JSON.parse(ended.stdout) as unknown) };
}

/** Ids, as a reader of the list sees them. */
async function failedIds(where: string): Promise<string[]> {
  const { json } = await cli('failed', 'ls');
  return (json as { id: string; where: string }[]).filter((one) => one.where === where).map(({ id }) => id);
}

/** Queues and rules of the tool's that are there. */
async function leftovers(): Promise<(string | undefined)[]> {
  const events = new EventBridgeClient(clientOptions(endpoint()));
  const { Rules = [] } = await events.send(new ListRulesCommand({ EventBusName: output('EventBusName') }));
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  events.destroy();
  return [...QueueUrls, ...Rules.map(({ Name }) => Name)].filter((name) => name?.includes('order-pipeline-cli-'));
}

const event = (id: string, detail: object) => ({
  id,
  source: 'orderPipeline',
  'detail-type': 'orderCommand',
  time: '2022-10-13T19:00:00Z',
  detail,
});

/** Puts a message into a queue of failed events; resolves to its id. */
async function fail(queue: 'ParkedEventsUrl' | 'UndeliveredEventsUrl', body: object): Promise<string> {
  const { MessageId = '' } = await sqs.send(
    new SendMessageCommand({ QueueUrl: output(queue), MessageBody: JSON.stringify(body) }),
  );
  return MessageId;
}

const replyWith = (commandId: string) => inbox.replies.filter(({ detail }) => detail['commandId'] === commandId);

describe('send', () => {
  test('as a program, with --wait, prints the reply, and removes the queue and the rule that it made', async () => {
    const args = ['cli/order-pipeline.mjs', 'send', '--command', 'createOrder', '--order-id', 'cli-1', '--item', 'cli-z1=2', '--wait']; // prettier-ignore
    const printed = await run(process.execPath, args, { cwd: ROOT, env: cloudEnvironment(endpoint()) });
    expect(printed).toMatch(/^ {2}✓ createOrder {2}cli-1 {2}orderCreated {2}version 1 {2}to event \w{8}…\n$/);
    expect(await leftovers()).toEqual([]);
  });

  test('interrupted while it waits, ends with 130 and leaves nothing behind', async () => {
    const args = ['cli/order-pipeline.mjs', 'send', '-', '--wait'];
    const child = spawn(process.execPath, args, { cwd: ROOT, env: cloudEnvironment(endpoint()) });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const Detail = JSON.stringify({ command: 'cancelOrder', orderId: 'cli-nowhere' }); // looked for three seconds
    child.stdin.end(JSON.stringify([{ Source: 'orderPipeline', DetailType: 'orderCommand', Detail }]));
    await until('its queue and its rule', async () => (await leftovers()).length === 2);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(await leftovers()).toEqual([]);
  });

  test('of a broken command ends with 4, and of a file works', async () => {
    expect(await cli('send', '--command', 'createOrder', '--order-id', 'cli-2', '--wait')).toMatchObject({
      code: 4,
      json: { replies: [expect.objectContaining({ commandStatus: 'rejected' })] },
    });
    const file = join(ROOT, 'events', '05-query-items-sales-report.json');
    const env = cloudEnvironment(endpoint());
    const printed = await run(process.execPath, ['cli/order-pipeline.mjs', 'send', file, '--wait', '--json'], { env });
    expect(JSON.parse(printed)).toMatchObject({ replies: [{ query: 'itemsSalesReport', queryStatus: 200 }] });
  });
});

test('status tells of everything', async () => {
  await untilProjected(readModel(), [{ orderid: 'cli-1', version: 1 }]);
  const { code, json } = await cli('status');
  expect(code).toBe(0);
  expect(json).toMatchObject({
    orders: { active: expect.any(Number), cancelled: expect.any(Number) },
    behind: expect.any(Number),
    executions: { started: expect.any(Number), failed: expect.any(Number) },
    parked: expect.any(Number),
    undelivered: 0,
    unprojected: 0,
    quarantined: expect.any(Number),
  });
});

test('another stack is not found', async () => {
  const connecting = connect({ stackName: 'no-such' }, { AWS_ENDPOINT_URL: endpoint() });
  await expect(connecting).rejects.toMatchObject({ exitCode: 3 });
});

describe('failed redrive', () => {
  const repliesFor = (orderid: string) => inbox.replies.filter(({ detail }) => detail['orderid'] === orderid);
  const isDuplicate = (reply: Reply): boolean => reply.detail['duplicate'] === true;

  test('of a command that did not take effect makes it take effect, once, and forgets it', async () => {
    const detail = { command: 'createOrder', orderId: 'cli-3', items: [{ itemid: 'cli-z1', quantity: 1 }] };
    const body = { event: event('cli-event-3', detail), error: { Error: 'E', Cause: 'C' } };
    const ids = [await fail('ParkedEventsUrl', body), await fail('ParkedEventsUrl', body)];
    expect(await failedIds('parked')).toEqual(expect.arrayContaining(ids));
    expect(await failedIds('parked')).toEqual(expect.arrayContaining(ids)); // looking takes nothing away
    expect(await cli('failed', 'redrive', ...ids)).toMatchObject({ code: 0 });
    await until('both replies', () => repliesFor('cli-3').length === 2);
    expect(repliesFor('cli-3').map((reply) => reply.detail['commandStatus'])).toEqual(['orderCreated', 'orderCreated']);
    expect(repliesFor('cli-3').filter(isDuplicate)).toHaveLength(1);
    const left = await failedIds('parked');
    expect(ids.filter((id) => left.includes(id))).toEqual([]);
  });

  test('of a createOrder that its sender has repeated and cancelled meanwhile is a duplicate', async () => {
    const items = ['--item', 'cli-z1=1'];
    await cli('send', '--command', 'createOrder', '--order-id', 'cli-6', ...items, '--wait');
    await cli('send', '--command', 'updateOrder', '--order-id', 'cli-6', '--item', 'cli-z1=9', '--wait');
    await cli('send', '--command', 'cancelOrder', '--order-id', 'cli-6', '--wait');
    const detail = { command: 'createOrder', orderId: 'cli-6', items: [{ itemid: 'cli-z1', quantity: 1 }] };
    const id = await fail('ParkedEventsUrl', { event: event('cli-event-6', detail), error: { Error: 'E' } });
    expect(await cli('failed', 'redrive', id)).toMatchObject({ code: 0 });
    await until('the reply', () => repliesFor('cli-6').length === 4);
    expect(repliesFor('cli-6').filter(isDuplicate)).toMatchObject([{ detail: { commandStatus: 'orderCreated' } }]);
    const { json } = await cli('send', '--query', 'orderById', '--order-id', 'cli-6', '--set', 'after={"orderId":"cli-6","version":3}', '--wait'); // prettier-ignore
    expect(json).toMatchObject({ replies: [{ queryResult: [{ status: 'cancelled', version: 3 }] }], unanswered: [] });
  });

  test('of a change keeps the key that it had', async () => {
    await cli('send', '--command', 'createOrder', '--order-id', 'cli-7', '--item', 'cli-z1=1', '--wait');
    const detail = { command: 'updateOrder', orderId: 'cli-7', items: [{ itemid: 'cli-z1', quantity: 2 }] };
    const body = { event: event('cli-event-7', detail), error: { Error: 'E', Cause: 'C' } };
    const ids = [await fail('ParkedEventsUrl', body), await fail('ParkedEventsUrl', body)];
    expect(await cli('failed', 'redrive', ...ids)).toMatchObject({ code: 0 });
    await until('both replies', () => replyWith('cli-event-7').length === 2);
    expect(replyWith('cli-event-7').map(({ detail: its }) => its['version'])).toEqual([2, 2]);
    expect(replyWith('cli-event-7').filter(isDuplicate)).toHaveLength(1);
  });

  test('of an event that could not start the workflow starts it', async () => {
    const detail = { command: 'createOrder', commandId: 'cli-k4', orderId: 'cli-4', items: [{ itemid: 'cli-z1', quantity: 1 }] }; // prettier-ignore
    const id = await fail('UndeliveredEventsUrl', event('cli-event-4', detail));
    expect(await cli('failed', 'redrive', id)).toMatchObject({ code: 0 });
    await until('the reply', () => replyWith('cli-k4').length === 1);
    expect(await failedIds('undelivered')).toEqual([]);
  });

  test('of stream records projects them again', async () => {
    const s3 = new S3Client({ ...clientOptions(endpoint()), forcePathStyle: true });
    const records = [{ dynamodb: { Keys: { pk: { S: 'order#cli-1' } } } }];
    const Body = JSON.stringify({ payload: JSON.stringify({ Records: records }) });
    await s3.send(new PutObjectCommand({ Bucket: output('UnprojectedRecordsBucket'), Key: 'aws/lambda/x/cli-object', Body })); // prettier-ignore
    s3.destroy();
    expect(await failedIds('unprojected')).toEqual(['aws/lambda/x/cli-object']);
    expect(await cli('failed', 'redrive', 'cli-object')).toMatchObject({ code: 0 });
    expect(await failedIds('unprojected')).toEqual([]);
  });
});

describe('quarantine', () => {
  interface Kept {
    readonly id: number;
    readonly pk: string;
  }
  const kept = async (): Promise<Kept | undefined> =>
    ((await cli('quarantine', 'ls')).json as Kept[]).find(({ pk }) => pk === 'order#cli-5');

  test('shows a record, keeps it while its item is bad, and lets it go when that has gone', async () => {
    const dynamodb = new DynamoDBClient(clientOptions(endpoint()));
    const TableName = output('OrdersTableName');
    const pk = { S: 'order#cli-5' };
    await dynamodb.send(new PutItemCommand({ TableName, Item: { pk, total: { S: 'by hand' } } }));
    await until('the record', async () => (await kept()) !== undefined);
    const id = String((await kept())?.id);
    expect((await cli('quarantine', 'show', id)).stdout).toContain('by hand');
    expect(await cli('quarantine', 'redrive', id)).toMatchObject({ code: 1 });
    await dynamodb.send(new DeleteItemCommand({ TableName, Key: { pk } }));
    dynamodb.destroy();
    await cli('quarantine', 'redrive', '--all'); // the stream may have been faster
    expect(await kept()).toBeUndefined();
  });

  test('lets go of a key that can be no subject when its item is deleted', async () => {
    const dynamodb = new DynamoDBClient(clientOptions(endpoint()));
    const TableName = output('OrdersTableName');
    const pk = { S: 'order#cli 8' };
    const records = async () => ((await cli('quarantine', 'ls')).json as Kept[]).filter((one) => one.pk === pk.S);
    await dynamodb.send(new PutItemCommand({ TableName, Item: { pk } }));
    await until('the record', async () => (await records()).length === 1);
    expect(await cli('quarantine', 'redrive', String((await records())[0]?.id))).toMatchObject({ code: 1 });
    await dynamodb.send(new DeleteItemCommand({ TableName, Key: { pk } }));
    dynamodb.destroy();
    await until('nothing of it', async () => (await records()).length === 0);
  });

  test('discards', async () => {
    const dynamodb = new DynamoDBClient(clientOptions(endpoint()));
    const Item = { pk: { S: 'order#cli-5' }, total: { S: 'by hand again' } };
    await dynamodb.send(new PutItemCommand({ TableName: output('OrdersTableName'), Item }));
    dynamodb.destroy();
    await until('the record', async () => (await kept()) !== undefined);
    expect(await cli('quarantine', 'discard', String((await kept())?.id), '--yes')).toMatchObject({ code: 0 });
    expect(await kept()).toBeUndefined();
  });
});
