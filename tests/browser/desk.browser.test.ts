/** What `simulate` did, as the console shows it: its desk was opened before these tests. */
import { expect, test } from '@jest/globals';
import { useBrowser } from '../support/browser';
import { readBrowser } from '../support/browser-environment';
import { until } from '../support/send';

const open = useBrowser();

test('the desk: four passengers of a flight after the cancellations, in the report and in its executions', async () => {
  const page = await open(`${readBrowser('url')}#/reports`);
  const flight = page.getByRole('region', { name: 'Sales by item' }).getByRole('row').filter({ hasText: 'MU5159:' });
  await flight.waitFor();
  const [itemid = '', ordered] = await flight.getByRole('cell').allTextContents();
  expect([itemid.slice(0, 7), ordered]).toEqual(['MU5159:', '4']);

  await page.getByRole('link', { name: 'Executions', exact: true }).click();
  await page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'cancelOrder' });
  await page.getByRole('textbox', { name: 'Id' }).fill(itemid);
  const answers = page.getByRole('row').filter({ hasText: 'orderCancelled, version 2' });
  await until('four answers of that flight and no other', async () => (await answers.count()) === 4);
  for (const answer of await answers.allTextContents()) expect(answer).toContain(itemid);
});

test('an order of the desk is the same on both sides', async () => {
  const page = await open(`${readBrowser('url')}#/executions`);
  await page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'cancelOrder' });
  await page.getByRole('row').filter({ hasText: 'orderCancelled, version 2' }).first().waitFor();
  const about = await page.getByRole('row').filter({ hasText: 'orderCancelled, version 2' }).first().textContent();
  const orderId = /order#(customer-[0-9]+:[A-Z0-9]+:[0-9-]{10}:[0-9]+)/.exec(about ?? '')?.[1] ?? '';
  await page.getByRole('link', { name: 'Orders', exact: true }).click();
  await page.getByRole('textbox', { name: 'Order id' }).fill(orderId);
  await page.getByRole('button', { name: 'Look up' }).click();
  await page.getByText('Both sides have version 2.').waitFor();
});
