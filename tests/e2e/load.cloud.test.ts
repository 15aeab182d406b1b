/** Many orders at once, some sent twice, and the database away for a while: nothing lost, nothing counted twice. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import { clientOptions } from '../../local/clients';
import { untilProjected } from '../../local/projection';
import { openInbox, type Inbox } from '../../local/replies';
import { startLocalPipeline, type LocalPipeline } from '../support/local-pipeline';
import { createCommand, expectedItemSales, expectedMonthlySales, makeOrders, type MadeOrder } from '../support/sales';
import { ask, send, until } from '../support/send';

const BUS = 'order-pipeline';

let pipeline: LocalPipeline;
let inbox: Inbox;

beforeAll(async () => {
  pipeline = await startLocalPipeline('load'); // of its own: its database is stopped
  inbox = await openInbox(pipeline.endpoint, BUS);
}, 120_000);

afterAll(async () => {
  await inbox.close();
  await pipeline.stop();
});

async function countOrders(prefix: string): Promise<number> {
  const client = new DynamoDBClient(clientOptions(pipeline.endpoint));
  let count = 0;
  let next: ScanCommand['input']['ExclusiveStartKey'];
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: pipeline.outputs['OrdersTableName'],
        Select: 'COUNT',
        FilterExpression: 'begins_with(pk, :prefix)',
        ExpressionAttributeValues: { ':prefix': { S: `order#${prefix}-` } },
        ExclusiveStartKey: next,
      }),
    );
    count += page.Count ?? 0;
    next = page.LastEvaluatedKey;
  } while (next !== undefined);
  client.destroy();
  return count;
}

async function expectExactReports(prefix: string, orders: readonly MadeOrder[]): Promise<void> {
  await untilProjected(
    pipeline.readModel,
    orders.map(({ orderId }) => ({ orderid: orderId, version: 1 })),
    60_000,
  );
  const report = await ask(pipeline.endpoint, BUS, inbox, { query: 'itemsSalesReport', limit: 500 });
  const rows = report['queryResult'] as { itemid: string }[];
  expect(rows.filter(({ itemid }) => itemid.startsWith(`${prefix}-`))).toEqual(expectedItemSales(orders));
  for (const { itemid } of expectedItemSales(orders)) {
    const monthly = await ask(pipeline.endpoint, BUS, inbox, { query: 'monthlySalesByItem', itemid });
    expect(monthly['queryResult']).toEqual(expectedMonthlySales(orders, itemid));
  }
}

test('1,000 orders, 5 % of them sent twice, are 1,000 orders, 50 duplicates and exact reports', async () => {
  const orders = makeOrders('many', 1_000);
  const again = orders.filter((_, n) => n % 20 === 0);
  const before = inbox.replies.length;
  const sent = [...orders, ...again].map(createCommand);
  await send(pipeline.endpoint, BUS, sent);
  await until('a reply to each event', () => inbox.replies.length - before >= sent.length, 120_000);

  const replies = inbox.replies.slice(before).map(({ detail }) => detail);
  expect(replies).toHaveLength(1_050);
  expect(replies.every(({ commandStatus }) => commandStatus === 'orderCreated')).toBe(true);
  expect(replies.filter(({ duplicate }) => duplicate === true)).toHaveLength(50);
  expect(await countOrders('many')).toBe(1_000);
  await expectExactReports('many', orders);
}, 240_000);

test('the database away for 10 s under load: commands are still answered, and the read model catches up exactly', async () => {
  const orders = makeOrders('outage', 300);
  const before = inbox.replies.length;
  await send(pipeline.endpoint, BUS, orders.slice(0, 100).map(createCommand));
  await pipeline.server.kill();
  await send(pipeline.endpoint, BUS, orders.slice(100, 200).map(createCommand));
  await delay(10_000);
  await until('the replies without a database', () => inbox.replies.length - before >= 200);
  await pipeline.server.start();
  await send(pipeline.endpoint, BUS, orders.slice(200).map(createCommand));

  await until('a reply to each event', () => inbox.replies.length - before >= 300);
  const replies = inbox.replies.slice(before).map(({ detail }) => detail['commandStatus']);
  expect(replies).toEqual(Array.from({ length: 300 }, () => 'orderCreated'));
  expect(await countOrders('outage')).toBe(300);
  await expectExactReports('outage', orders);
}, 180_000);
