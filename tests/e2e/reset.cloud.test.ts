/**
 * `reset` and `reconcile` on the local cloud, through the real tables, stream and functions: the same events sent again come to the same
 * as the first time, and what somebody changed in the read model is found and mended.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { connect } from '../../cli/connect';
import { connectDatabase, withPassword } from '../../functions/shared/database';
import { clientOptions } from '../../local/clients';
import { openInbox, type Inbox } from '../../local/replies';
import { actualTables, type Tables } from '../soak/tables';
import { startLocalPipeline, type LocalPipeline } from '../support/local-pipeline';
import { cli } from '../support/memory-pipeline';
import { ask, send, until, type SentEvent } from '../support/send';

jest.setTimeout(120_000);

let pipeline: LocalPipeline;
let inbox: Inbox;
const BUS = 'order-pipeline';

beforeAll(async () => {
  pipeline = await startLocalPipeline('reset'); // of its own: nothing stays in it
  inbox = await openInbox(pipeline.endpoint, BUS);
});
afterAll(async () => {
  await inbox.close();
  await pipeline.stop();
});

const command = (detail: object): SentEvent => ({ kind: 'orderCommand', detail, time: new Date('2026-03-01T10:00:00Z') }); // prettier-ignore
const items = (itemid: string, quantity: number) => [{ itemid, quantity }];
const ids = Array.from({ length: 30 }, (_, n) => `r-${n}`);

const made = [
  ...ids.map((orderId, n) => command({ command: 'createOrder', commandId: `made-${n}`, orderId, customerId: 'c-1', items: items(`z-${n % 3}`, n + 1) })),
  command({ command: 'registerCustomer', commandId: 'c', customerId: 'c-1', name: 'Ada', email: 'ada@example.com' }),
  command({ command: 'registerItem', commandId: 'z', itemid: 'z-1', name: 'Lamp', tags: ['red'] }),
]; // prettier-ignore
const changed = [
  ...ids.slice(0, 10).map((orderId, n) => command({ command: 'updateOrder', commandId: `changed-${n}`, orderId, items: items('z-9', 100 + n) })),
  ...ids.slice(10, 15).map((orderId, n) => command({ command: 'cancelOrder', commandId: `cancelled-${n}`, orderId })),
]; // prettier-ignore

/** Sends them; resolves to how many were answered as accepted, and as duplicates. */
async function sendAll(events: readonly SentEvent[]): Promise<{ accepted: number; duplicates: number }> {
  const sent = await send(pipeline.endpoint, BUS, events);
  const replies = await Promise.all(sent.map(async (id) => (await inbox.replyTo(id)).detail));
  const accepted = replies.filter(({ commandStatus }) => commandStatus !== 'rejected');
  return { accepted: accepted.length, duplicates: accepted.filter(({ duplicate }) => duplicate === true).length };
}

const readModel = (): Promise<Tables> => actualTables(pipeline.readModel);

/** The read model once it holds so many changes of orders, and what was registered. */
async function settled(changes: number): Promise<Tables> {
  const isThere = ({ orders = [], customers = [], items: registered = [] }: Tables): boolean =>
    orders.reduce((sum, row) => sum + Number((JSON.parse(row) as unknown[])[3]), 0) === changes &&
    customers.some((row) => row.includes('Ada')) &&
    registered.length === 1;
  await until(`${changes} changes in the read model`, async () => isThere(await readModel()));
  return readModel();
}

async function tool(...args: string[]) {
  const env = { AWS_ENDPOINT_URL: pipeline.endpoint };
  const { code, stdout } = await cli(await connect({ stackName: BUS }, env), [...args, '--json']);
  return { code, json: JSON.parse(stdout) as unknown };
}

const reportOf = async (query: object) => (await ask(pipeline.endpoint, BUS, inbox, query))['queryResult'];

test('nothing is left, and the same events come to the same again', async () => {
  expect(await sendAll(made)).toEqual({ accepted: 32, duplicates: 0 });
  expect(await sendAll(changed)).toEqual({ accepted: 15, duplicates: 0 });
  const first = await settled(45);
  const dynamodb = new DynamoDBClient(clientOptions(pipeline.endpoint));
  const TableName = pipeline.outputs['OrdersTableName'];
  await dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: 'order#by hand' } } }));
  dynamodb.destroy();
  await until('the record in quarantine', async () => (await readModel())['quarantine']?.length === 1);

  expect(await tool('reset', '--yes')).toMatchObject({
    code: 0,
    json: {
      removed: { orders: 33, commands: expect.any(Number) },
      left: { parked: 0, undelivered: 0, unprojected: 0 },
    },
  });
  const nothing = { orders: { active: 0, cancelled: 0 }, behind: 0, quarantined: 0 };
  expect(await tool('status')).toMatchObject({ code: 0, json: nothing });
  expect(await reportOf({ query: 'itemsSalesReport' })).toEqual([]);
  expect(await reportOf({ query: 'customersByItem', itemid: 'z-0' })).toEqual([]);

  expect(await sendAll(made)).toEqual({ accepted: 32, duplicates: 0 }); // at once: the stream may still tell of the time before
  expect(await sendAll(changed)).toEqual({ accepted: 15, duplicates: 0 });
  expect(await settled(45)).toEqual(first);
  expect(await tool('reset', '--yes')).toMatchObject({ code: 0, json: { removed: { orders: 32, quarantine: 0 } } });
  expect(await tool('status')).toMatchObject({ json: nothing });
});

test('reconcile finds nothing while commands are done, names what is damaged, and mends it', async () => {
  expect(await tool('reset', '--yes')).toMatchObject({ code: 0 });
  await sendAll(made);
  const [reconciled] = await Promise.all([tool('reconcile'), sendAll(changed)]);
  expect(reconciled).toMatchObject({ code: 0, json: { differences: [], sums: [] } });
  const right = await settled(45);
  expect(await tool('reconcile')).toMatchObject({ code: 0, json: { tableKeys: 32, modelKeys: 32, lag: 0 } });

  const database = connectDatabase(withPassword(pipeline.readModel));
  const damages = [
    "DELETE FROM orders WHERE orderid = 'r-20'",
    "UPDATE orders SET version = 1 WHERE orderid = 'r-0'",
    "UPDATE item_sales SET ordered = ordered + 1 WHERE itemid = 'z-9'",
  ];
  for (const damage of damages) expect(await database.read((sql) => sql.run(damage))).toBe(1);
  await database.close();
  const { code, json } = await tool('reconcile', '--wait', '1');
  expect(code).toBe(6);
  expect(json).toMatchObject({
    differences: expect.arrayContaining([
      { key: 'order#r-0', kind: 'behind', table: 2, model: 1 },
      { key: 'order#r-20', kind: 'missing', table: 1 },
    ]),
    sums: expect.arrayContaining([{ table: 'item_sales', key: ['z-9'], due: [1045, 10], has: [1046, 10] }]),
  });
  expect(await tool('reconcile', '--repair', '--wait', '1')).toMatchObject({
    code: 0,
    json: { repaired: { keys: 2 } },
  });
  expect(await settled(45)).toEqual(right);
});
