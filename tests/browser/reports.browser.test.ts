/** Reports in the browser: the numbers shown are the queries'. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { untilProjected } from '../../local/projection';
import { openInbox, type Inbox } from '../../local/replies';
import { useBrowser } from '../support/browser';
import { readBrowser } from '../support/browser-environment';
import { endpoint, output, readModel } from '../support/e2e-environment';
import { ask, send } from '../support/send';

const open = useBrowser();
let inbox: Inbox;
beforeAll(async () => {
  inbox = await openInbox(endpoint(), output('EventBusName'), undefined, 'reports');
});
afterAll(() => inbox.close());

const order = (orderId: string, time: string, quantity: number) => ({
  kind: 'orderCommand' as const,
  detail: { command: 'createOrder', orderId, items: [{ itemid: 'report-z1', quantity }, { itemid: 'report-z2', quantity: 1 }] }, // prettier-ignore
  time: new Date(time),
});

test('tables and charts have the numbers of the pipeline’s own answers', async () => {
  await send(endpoint(), output('EventBusName'), [
    order('report-1', '2025-11-03T10:00:00Z', 1_200),
    order('report-2', '2025-12-03T10:00:00Z', 7),
    order('report-3', '2025-12-24T10:00:00Z', 5),
  ]);
  const orders = ['report-1', 'report-2', 'report-3'].map((orderid) => ({ orderid, version: 1 }));
  await untilProjected(readModel(), orders);
  const months = await ask(endpoint(), output('EventBusName'), inbox, {
    query: 'monthlySalesByItem',
    itemid: 'report-z1',
  });
  expect(months['queryResult']).toEqual([
    { monthyear: 'December 2025', monthlyordered: 12 },
    { monthyear: 'November 2025', monthlyordered: 1_200 },
  ]);

  const page = await open(`${readBrowser('url')}#/reports`);
  const items = page.getByRole('region', { name: 'Sales by item' });
  const row = items.getByRole('row').filter({ hasText: 'report-z1' });
  await row.waitFor();
  expect(await row.getByRole('cell').allTextContents()).toEqual(['report-z1', '1,212', '2025-12-24']);
  await row.getByRole('link').click();
  const byMonth = page.getByRole('region', { name: 'Sales by month of report-z1' });
  await byMonth.getByRole('cell').first().waitFor();
  expect(await byMonth.getByRole('cell').allTextContents()).toEqual(['December 2025', '12', 'November 2025', '1,200']);
  await byMonth.getByRole('img', { name: /ordered pieces of report-z1 in 2 months/ }).waitFor();

  await send(endpoint(), output('EventBusName'), [order('report-4', '2025-12-25T10:00:00Z', 1)]);
  await row.getByText('1,213').waitFor();
});
