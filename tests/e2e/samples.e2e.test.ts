/** The files of events/ and the commands of the documents, sent with the real AWS CLI. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cloudEnvironment } from '../../local/cloud';
import { ROOT, tool } from '../../local/paths';
import { untilProjected } from '../../local/projection';
import { putEvents } from '../../local/put-events';
import { openInbox, type Inbox } from '../../local/replies';
import { run } from '../../local/run';
import { endpoint, output, readModel } from '../support/e2e-environment';

let inbox: Inbox;
beforeAll(async () => {
  inbox = await openInbox(endpoint(), output('EventBusName'), undefined, 'samples');
});
afterAll(() => inbox.close());

/** By file: what its reply must hold. */
const EXPECTED: Readonly<Record<string, object>> = {
  '01-create-order.json': {
    command: 'createOrder',
    commandId: 'c-6101',
    commandStatus: 'orderCreated',
    orderid: '6101',
    version: 1,
  },
  '02-create-second-order.json': { commandId: 'c-6102', commandStatus: 'orderCreated', orderid: '6102', version: 1 },
  '03-create-order-again.json': {
    commandId: 'c-6101',
    commandStatus: 'orderCreated',
    orderid: '6101',
    version: 1,
    duplicate: true,
  },
  '04-create-broken-order.json': {
    commandStatus: 'rejected',
    orderid: '',
    errors: ['orderId', 'items[0].quantity', 'items[1].itemid', 'items[1].quantity'].map((path) =>
      expect.objectContaining({ code: 'invalidCommand', path }),
    ),
  },
  '05-query-items-sales-report.json': {
    query: 'itemsSalesReport',
    queryStatus: 200,
    queryResult: expect.arrayContaining([
      { itemid: 'z3333', totalordered: 8, lastorderdate: '2022-11-14' },
      { itemid: 'z4444', totalordered: 3, lastorderdate: '2022-10-13' },
      { itemid: 'z5555', totalordered: 1, lastorderdate: '2022-11-14' },
    ]),
  },
  '06-query-monthly-sales-by-item.json': {
    query: 'monthlySalesByItem',
    queryItemId: 'z3333',
    queryStatus: 200,
    queryResult: [
      { monthyear: 'November 2022', monthlyordered: 2 },
      { monthyear: 'October 2022', monthlyordered: 6 },
    ],
  },
};

describe('the files of events/', () => {
  test('each has an expected reply here', () => {
    expect(readdirSync(join(ROOT, 'events')).sort()).toEqual(Object.keys(EXPECTED));
  });

  test.each(Object.entries(EXPECTED))('%s is answered', async (file, expected) => {
    if (file.includes('query')) {
      await untilProjected(readModel(), [
        { orderid: '6101', version: 1 },
        { orderid: '6102', version: 1 },
      ]);
    }
    const [id = ''] = await putEvents(endpoint(), `file://${join(ROOT, 'events', file)}`);
    expect((await inbox.replyTo(id)).detail).toMatchObject(expected);
  });
});

/** Runs a line of a document in sh, with the bus's ARN in the environment as the documents tell; resolves to the event's id. */
async function shell(line: string): Promise<string> {
  const env = {
    ...cloudEnvironment(endpoint()),
    AWS_CQRS_EVENTBRIDGE_ARN: output('EventBridgeARN'),
    PATH: `${join(tool('aws'), '..')}:${process.env['PATH'] ?? ''}`,
  };
  const printed = JSON.parse(await run('sh', ['-c', line], { env })) as {
    FailedEntryCount: number;
    Entries: { EventId: string }[];
  };
  expect(printed.FailedEntryCount).toBe(0);
  return printed.Entries[0]?.EventId ?? '';
}

/** JSON inside single quotes, as one types it; the double quotes of the detail are escaped once. */
const line = (detailType: string, detail: string): string =>
  `aws events put-events --entries '[{"EventBusName": "'"$AWS_CQRS_EVENTBRIDGE_ARN"'", "Time": "2022-10-13T19:00:00Z", ` +
  `"DetailType": "${detailType}", "Source": "orderPipeline", "Detail": "${detail}"}]'`;

describe('one-line commands with the ARN of the bus', () => {
  test('an order without commandId is created, its key being the id of the event', async () => {
    const detail = String.raw`{\"command\": \"createOrder\", \"orderId\": \"line-1\", \"items\": [{\"itemid\": \"line-z1\", \"quantity\": 6}]}`;
    const id = await shell(line('orderCommand', detail));
    expect((await inbox.replyTo(id)).detail).toMatchObject({
      command: 'createOrder',
      commandMessageId: id,
      commandId: id,
      commandStatus: 'orderCreated',
      orderid: 'line-1',
    });
    await untilProjected(readModel(), [{ orderid: 'line-1', version: 1 }]);
  });

  test('both queries are answered', async () => {
    const report = await shell(line('orderQuery', String.raw`{\"query\": \"itemsSalesReport\"}`));
    const monthly = await shell(
      line('orderQuery', String.raw`{\"query\": \"monthlySalesByItem\", \"itemid\": \"line-z1\"}`),
    );
    expect((await inbox.replyTo(report)).detail).toMatchObject({
      query: 'itemsSalesReport',
      queryMessageId: report,
      queryStatus: 200,
    });
    expect((await inbox.replyTo(monthly)).detail).toMatchObject({
      query: 'monthlySalesByItem',
      queryItemId: 'line-z1',
      queryResult: [{ monthyear: 'October 2022', monthlyordered: 6 }],
    });
  });
});
