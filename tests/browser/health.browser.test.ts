/** Health in the browser: what failed is shown with why, and dealt with only after a question. */
import { beforeAll, expect, test } from '@jest/globals';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Page } from 'playwright-core';
import { connect } from '../../cli/connect';
import type { Pipeline } from '../../cli/pipeline';
import { clientOptions } from '../../local/clients';
import { useBrowser } from '../support/browser';
import { readBrowser } from '../support/browser-environment';
import { endpoint, output } from '../support/e2e-environment';
import { send, until } from '../support/send';

const open = useBrowser();
const health = (): Promise<Page> => open(`${readBrowser('url')}#/health`);
let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await connect({ stackName: 'order-pipeline' }, { AWS_ENDPOINT_URL: endpoint() });
});

/** An input that is no event of the pipeline's is parked. */
async function park(id: string): Promise<void> {
  const workflows = new SFNClient(clientOptions(endpoint()));
  const event = { id, source: 'orderPipeline', time: '2026-01-02T03:04:05Z', 'detail-type': 'orderCommand ', detail: { command: 'createOrder', orderId: id } }; // prettier-ignore
  await workflows.send(
    new StartExecutionCommand({ stateMachineArn: output('StateMachineArn'), input: JSON.stringify(event) }),
  );
  workflows.destroy();
}

const kept = (page: Page, words: string) => page.getByRole('listitem').filter({ hasText: words });

test('lag is drawn and told in numbers', async () => {
  const detail = { command: 'createOrder', orderId: 'lag-1', items: [{ itemid: 'lag-z', quantity: 1 }] };
  await send(endpoint(), output('EventBusName'), [{ kind: 'orderCommand', detail }]);
  const page = await health();
  await page.getByText('The last batch was projected').waitFor();
  await page.getByRole('img', { name: /lag of each batch/ }).waitFor();
  await page.getByText('The numbers').click();
  await page
    .getByRole('cell', { name: /^\d+ ms$/ })
    .first()
    .waitFor();
});

test('a parked event is shown with its error, and discarded only after a question', async () => {
  await park('parked-1');
  const page = await health();
  const one = kept(page, 'createOrder parked-1');
  await one.getByText('OrderPipeline.NotAnEvent: The input is no event').waitFor();
  await one.getByText('All that is kept of it').click();
  await one.getByText('"orderId": "parked-1"').waitFor();

  await one.getByRole('button', { name: 'Discard createOrder parked-1' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('It is gone for good then').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await pipeline.parked.depth()).toBe(1);

  await one.getByRole('button', { name: 'Discard createOrder parked-1' }).click();
  await dialog.getByRole('button', { name: 'Discard it' }).click();
  await one.waitFor({ state: 'detached' });
  await until('the empty queue', async () => (await pipeline.parked.depth()) === 0);
});

test('a record in quarantine is redriven after a question: still bad it stays, with why; mended it leaves', async () => {
  const dynamodb = new DynamoDBClient(clientOptions(endpoint()));
  const put = (version: string) =>
    dynamodb.send(
      new PutItemCommand({
        TableName: output('OrdersTableName'),
        Item: {
          pk: { S: 'order#bad-1' }, orderid: { S: 'bad-1' }, status: { S: 'active' }, version: { N: version }, eventId: { S: 'e' },
          orderdate: { S: '2026-01-02T03:04:05Z' }, items: { L: [{ M: { itemid: { S: 'bad-z' }, quantity: { N: '1' } } }] }, createdBy: { S: 'k' },
        },
      }),
    ); // prettier-ignore
  await put('-1');
  const page = await health();
  const one = kept(page, 'order#bad-1');
  await one
    .getByText(/version/)
    .first()
    .waitFor();
  const redrive = async (): Promise<void> => {
    await one.getByRole('button', { name: 'Redrive order#bad-1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Redrive it' }).click();
  };
  await redrive();
  await one.getByRole('alert').getByText('still not as it should be').waitFor();
  await put('1');
  await one.waitFor({ state: 'detached' });
  dynamodb.destroy();
});
