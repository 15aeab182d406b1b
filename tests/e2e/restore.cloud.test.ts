/**
 * docs/operations/restore.md on the local cloud: both tables as they were at a point in time, put back into the stack's own while the stream
 * runs; the read model projected again; and the commands since then sent again, as a replay of the archive does.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { DynamoDBClient, paginateScan, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { connect } from '../../cli/connect';
import { clientOptions } from '../../local/clients';
import { openInbox, type Inbox } from '../../local/replies';
import { actualTables } from '../soak/tables';
import { createKeyTable } from '../support/key-table';
import { startLocalPipeline, type LocalPipeline } from '../support/local-pipeline';
import { cli } from '../support/memory-pipeline';
import { send, until, type SentEvent } from '../support/send';

jest.setTimeout(120_000);

let pipeline: LocalPipeline;
let inbox: Inbox;
let dynamodb: DynamoDBClient;
const BUS = 'order-pipeline';

beforeAll(async () => {
  pipeline = await startLocalPipeline('restore'); // of its own: all of its orders are set back
  inbox = await openInbox(pipeline.endpoint, BUS);
  dynamodb = new DynamoDBClient(clientOptions(pipeline.endpoint));
});
afterAll(async () => {
  dynamodb.destroy();
  await inbox.close();
  await pipeline.stop();
});

const outputOf = (name: string): string => pipeline.outputs[name] ?? '';

const command = (detail: object): SentEvent => ({
  kind: 'orderCommand',
  detail,
  time: new Date('2026-03-01T10:00:00Z'),
});
const items = (itemid: string, quantity: number) => [{ itemid, quantity }];
const ids = Array.from({ length: 30 }, (_, n) => `r-${n}`);

const before = [
  ...ids.map((orderId, n) => command({ command: 'createOrder', commandId: `made-${n}`, orderId, customerId: `c-${n % 4}`, items: items(`z-${n % 3}`, n + 1) })),
  command({ command: 'registerCustomer', commandId: 'c', customerId: 'c-1', name: 'Ada', email: 'ada@example.com' }),
  command({ command: 'registerItem', commandId: 'z', itemid: 'z-1', name: 'Lamp', tags: ['red'] }),
]; // prettier-ignore

const since = [
  ...ids.slice(0, 10).map((orderId, n) => command({ command: 'updateOrder', commandId: `changed-${n}`, orderId, items: items('z-9', 100 + n) })),
  ...ids.slice(10, 15).map((orderId, n) => command({ command: 'cancelOrder', commandId: `cancelled-${n}`, orderId })),
  ...ids.slice(0, 5).map((id, n) => command({ command: 'createOrder', commandId: `late-${n}`, orderId: `${id}-late`, customerId: 'c-2', items: items('z-2', 7) })),
  command({ command: 'registerCustomer', commandId: 'late-c', customerId: 'c-2', name: 'Bob', email: 'bob@example.com' }),
]; // prettier-ignore

/** Sends them and resolves to the replies' details. */
async function sendAll(events: readonly SentEvent[]): Promise<Readonly<Record<string, unknown>>[]> {
  const sent = await send(pipeline.endpoint, BUS, events);
  return Promise.all(sent.map(async (id) => (await inbox.replyTo(id)).detail));
}

/** The tables; of who was registered after that time, a tombstone stays. */
async function readModel(): ReturnType<typeof actualTables> {
  const tables = await actualTables(pipeline.readModel);
  return { ...tables, customers: tables['customers']?.filter((row) => !row.endsWith(',null,null]')) ?? [] };
}

/** The read model once it holds so many changes of orders. */
async function settled(changes: number): ReturnType<typeof readModel> {
  const versions = async (): Promise<number> =>
    ((await readModel())['orders'] ?? []).reduce((sum, row) => sum + Number((JSON.parse(row) as unknown[])[3]), 0);
  await until(`${changes} changes in the read model`, async () => (await versions()) === changes);
  await until(
    'the customers',
    async () => ((await readModel())['customers'] ?? []).length === (changes === 30 ? 1 : 2),
  );
  return readModel();
}

/** A table as it is now, as a restore to this point in time makes one. */
async function restoreBeside(from: string, TableName: string): Promise<void> {
  await createKeyTable(dynamodb, TableName);
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: from }))
    for (const Item of Items) await dynamodb.send(new PutItemCommand({ TableName, Item }));
}

const tool = async (...args: string[]) =>
  cli(await connect({ stackName: 'order-pipeline' }, { AWS_ENDPOINT_URL: pipeline.endpoint }), [...args, '--json']);

test('orders are as they were at that time, in the table and the read model; a replay then brings what came since, once', async () => {
  await sendAll(before);
  const then = await settled(30);
  await restoreBeside(outputOf('OrdersTableName'), 'restored-orders');
  await restoreBeside(outputOf('CommandsTableName'), 'restored-commands');

  const replies = await sendAll(since);
  expect(replies.filter(({ commandStatus }) => commandStatus === 'rejected')).toEqual([]);
  const now = await settled(50);

  const back = await tool(
    'restore',
    '--orders-from',
    'restored-orders',
    '--commands-from',
    'restored-commands',
    '--yes',
  );
  expect({ code: back.code, done: JSON.parse(back.stdout) as unknown }).toEqual({
    code: 0,
    done: { commands: { put: 0, deleted: 15 }, orders: { put: 32, deleted: 6 } },
  });
  await until('the deletions', async () => !((await readModel())['orders'] ?? []).some((row) => row.includes('-late')));
  expect(await readModel()).not.toEqual(then); // what is older than a row, no record of the stream brings back

  expect(await tool('reproject', '--all')).toMatchObject({ code: 0 });
  expect(await readModel()).toEqual(then);

  const again = await sendAll(since);
  expect(again.filter(({ duplicate }) => duplicate === true)).toEqual([]);
  expect(await settled(50)).toEqual(now);
  expect((await sendAll(since)).filter(({ duplicate }) => duplicate !== true)).toEqual([]);
  expect(await settled(50)).toEqual(now);
});
