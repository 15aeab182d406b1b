/**
 * docs/operations/rebuild.md on the local cloud: a read model that was damaged is rebuilt by the tool, the state machine and the real
 * functions, while commands, deletions and queries go on; the first execution is stopped, and the next goes on with its copy.
 */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { DeleteItemCommand, DynamoDBClient, paginateScan, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { connect } from '../../cli/connect';
import { connectDatabase, withPassword, type Database } from '../../functions/shared/database';
import { clientOptions } from '../../local/clients';
import { openInbox, type Inbox } from '../../local/replies';
import { startLocalPipeline, type LocalPipeline } from '../support/local-pipeline';
import { cli } from '../support/memory-pipeline';
import { actualReadModel, expectedReadModel } from '../support/oracle';
import { ask, send, until, type SentEvent } from '../support/send';
import type { StoredCustomer, StoredItem, StoredOrder } from '../support/stream';

jest.setTimeout(300_000);

const BUS = 'order-pipeline';

let pipeline: LocalPipeline;
let inbox: Inbox;
let dynamodb: DynamoDBClient;
let sfn: SFNClient;
let database: Database;

beforeAll(async () => {
  pipeline = await startLocalPipeline('rebuild'); // of its own: its read model is damaged
  inbox = await openInbox(pipeline.endpoint, BUS);
  dynamodb = new DynamoDBClient(clientOptions(pipeline.endpoint));
  sfn = new SFNClient(clientOptions(pipeline.endpoint));
  database = connectDatabase(withPassword(pipeline.readModel));
});
afterAll(async () => {
  await database.close();
  dynamodb.destroy();
  sfn.destroy();
  await inbox.close();
  await pipeline.stop();
});

const TableName = (): string => pipeline.outputs['OrdersTableName'] ?? '';
const run = (statement: string) => database.read((sql) => sql.run(statement));

const tool = async (...args: string[]) =>
  cli(await connect({ stackName: 'order-pipeline' }, { AWS_ENDPOINT_URL: pipeline.endpoint }), [...args, '--json']);
const statusOfRebuild = async () => JSON.parse((await tool('rebuild', 'status')).stdout) as Record<string, unknown>;

const command = (detail: object): SentEvent => ({
  kind: 'orderCommand',
  detail,
  time: new Date('2026-03-01T10:00:00Z'),
});
const create = (n: number) => command({ command: 'createOrder', commandId: `made-${n}`, orderId: `r-${n}`, customerId: `c-${n % 4}`, items: [{ itemid: `z-${n % 3}`, quantity: n + 1 }] }); // prettier-ignore

async function sendAll(events: readonly SentEvent[]): Promise<void> {
  const ids = await send(pipeline.endpoint, BUS, events);
  for (const id of ids) expect((await inbox.replyTo(id)).detail).not.toMatchObject({ commandStatus: 'rejected' });
}

type Item = Record<string, AttributeValue>;
const words = (item: Item, name: string): string => item[name]?.S ?? '';
const number = (item: Item, name: string): number => Number(item[name]?.N);
const common = (item: Item) => ({ version: number(item, 'version'), createdBy: words(item, 'createdBy') });

const orderOf = (item: Item): StoredOrder => ({
  ...common(item),
  orderid: words(item, 'orderid'),
  customerid: words(item, 'customerid'),
  status: words(item, 'status') === 'active' ? 'active' : 'cancelled',
  orderdate: words(item, 'orderdate'),
  items: (item['items']?.L ?? []).map(({ M = {} }) => ({
    itemid: words(M, 'itemid'),
    quantity: number(M, 'quantity'),
  })),
});
const customerOf = (item: Item): StoredCustomer => ({ ...common(item), customerid: words(item, 'customerid'), name: words(item, 'name'), email: words(item, 'email') }); // prettier-ignore
const itemOf = (item: Item): StoredItem => ({ ...common(item), itemid: words(item, 'itemid'), name: words(item, 'name'), tags: (item['tags']?.L ?? []).map(({ S = '' }) => S) }); // prettier-ignore

/** What the table makes of the read model, by the oracle. */
async function expected() {
  const items: Item[] = [];
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: TableName(), ConsistentRead: true })) items.push(...Items); // prettier-ignore
  const of = (prefix: string): Item[] => items.filter((one) => words(one, 'pk').startsWith(prefix));
  const customers = of('customer#').filter((one) => words(one, 'status') !== 'forgotten');
  return expectedReadModel(of('order#').map(orderOf), { customers: customers.map(customerOf), items: of('item#').map(itemOf) }); // prettier-ignore
}

async function untilExact(what: string): Promise<void> {
  const isExact = async (): Promise<boolean> => isDeepStrictEqual(await actualReadModel(database), await expected());
  await until(what, isExact).catch(() => undefined); // the comparison below tells more than that it took too long
  expect(await actualReadModel(database)).toEqual(await expected());
}

/** Commands, deletions and queries until told to stop; every query must be answered well. */
function live(): { stop: () => Promise<{ commands: number; queries: number }> } {
  const state = { going: true, commands: 0, queries: 0 };
  const write = async (): Promise<void> => {
    for (let n = 100; state.going; n += 1, state.commands += 1) {
      await sendAll([create(n), command({ command: 'updateOrder', commandId: `changed-${n}`, orderId: `r-${n % 40}`, items: [{ itemid: 'z-9', quantity: n }] })]); // prettier-ignore
      if (n % 5 === 0) await dynamodb.send(new DeleteItemCommand({ TableName: TableName(), Key: { pk: { S: `order#r-${n}` } } })); // prettier-ignore
    }
  };
  const read = async (): Promise<void> => {
    for (; state.going; state.queries += 1) {
      const answers = [await ask(pipeline.endpoint, BUS, inbox, { query: 'itemsSalesReport' }), await ask(pipeline.endpoint, BUS, inbox, { query: 'orderById', orderId: 'r-50' })]; // prettier-ignore
      for (const answer of answers) expect(answer).toMatchObject({ queryStatus: 200 });
    }
  };
  const both = Promise.all([write(), read()]);
  both.catch(() => undefined); // told when it is stopped
  return {
    async stop() {
      state.going = false;
      await both;
      return state;
    },
  };
}

test('a damaged read model is rebuilt while everything goes on, though the first execution is stopped', async () => {
  await sendAll([
    ...Array.from({ length: 60 }, (_, n) => create(n)),
    command({ command: 'registerCustomer', commandId: 'c', customerId: 'c-1', name: 'Ada', email: 'ada@example.com' }),
    command({ command: 'registerCustomer', commandId: 'd', customerId: 'c-2', name: 'Bob', email: 'bob@example.com' }),
    command({ command: 'registerItem', commandId: 'z', itemid: 'z-1', name: 'Lamp', tags: ['red'] }),
  ]);
  await untilExact('the first orders');
  await run("UPDATE item_sales SET ordered = 1 WHERE itemid = 'z-1'");
  await run("DELETE FROM order_items WHERE orderid < 'r-3'");
  await run("DELETE FROM customers WHERE customerid = 'c-1'");
  expect(await statusOfRebuild()).toEqual({ state: 'none', running: false });

  const going = live();
  expect(await tool('rebuild', 'start', '--segments', '3')).toMatchObject({ code: 0 });
  await until('a copy', async () => (await statusOfRebuild())['state'] === 'filling');
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: pipeline.outputs['RebuildStateMachine'] })); // prettier-ignore
  await sfn.send(new StopExecutionCommand({ executionArn: executions[0]?.executionArn }));
  await until('its end', async () => (await statusOfRebuild())['running'] === false);
  await sendAll([command({ command: 'forgetCustomer', commandId: 'forget', customerId: 'c-2' })]);

  const done = await tool('rebuild', '--wait');
  expect({ code: done.code, ...(JSON.parse(done.stdout) as object) }).toMatchObject({ code: 0, state: 'swapped', segments: 3, segmentsDone: 3 }); // prettier-ignore
  const { commands, queries } = await going.stop();
  expect(commands).toBeGreaterThan(5);
  expect(queries).toBeGreaterThan(5);
  await untilExact('the last changes');

  expect(await tool('rebuild', 'start')).toMatchObject({ code: 0 });
  await until('a copy', async () => (await statusOfRebuild())['state'] === 'filling');
  expect(await tool('rebuild', 'cancel')).toMatchObject({ code: 0 });
  expect(await tool('rebuild', 'cancel')).toMatchObject({ code: 3 });
  await until('its end', async () => (await statusOfRebuild())['running'] === false);
  const ended = await sfn.send(new ListExecutionsCommand({ stateMachineArn: pipeline.outputs['RebuildStateMachine'] }));
  expect(ended.executions?.map(({ status }) => status).toSorted()).toEqual(['ABORTED', 'SUCCEEDED', 'SUCCEEDED']);
  await sendAll([create(99)]);
  await untilExact('what came after');
});
