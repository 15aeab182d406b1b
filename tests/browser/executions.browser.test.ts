/** Executions in the browser: as they happen, filtered, and one opened. */
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { endpoint, output } from '../support/e2e-environment';
import { useBrowser } from '../support/browser';
import { readBrowser } from '../support/browser-environment';
import { send } from '../support/send';

const open = useBrowser();
const items = [{ itemid: 'seen-z1', quantity: 2 }];
const sendCommand = (detail: object): Promise<string[]> =>
  send(endpoint(), output('EventBusName'), [{ kind: 'orderCommand', detail }]);

test('an execution appears without reloading, is found by each filter, and not by others', async () => {
  const page = await open(readBrowser('url'));
  await page.getByRole('heading', { name: 'Executions' }).waitFor();
  await sendCommand({ command: 'createOrder', orderId: 'seen-1', items });
  const row = page.getByRole('row').filter({ hasText: 'order#seen-1' });
  await row.waitFor();
  await row.getByText('done').waitFor();

  await sendCommand({ command: 'createOrder', orderId: 'seen-2', items: [] });
  const refused = page.getByRole('row').filter({ hasText: 'order#seen-2' });
  await refused.getByText('refused').waitFor();
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('refused');
  await row.waitFor({ state: 'detached' });
  await refused.waitFor();
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('');
  await page.getByRole('combobox', { name: 'Kind' }).selectOption('cancelOrder');
  await refused.waitFor({ state: 'detached' });
  await page.getByRole('combobox', { name: 'Kind' }).selectOption('');
  await page.getByRole('textbox', { name: 'Id' }).fill('seen-1');
  await row.waitFor();
  await refused.waitFor({ state: 'detached' });
  await page.getByRole('textbox', { name: 'Id' }).fill('nobody-has-this');
  await page.getByText('No execution is like that.').waitFor();
});

test('one opened shows its path coloured, each state’s data, and what it led to', async () => {
  await sendCommand({ command: 'createOrder', orderId: 'path-1', customerId: 'c-path', items });
  const page = await open(readBrowser('url'));
  await page.getByRole('row').filter({ hasText: 'order#path-1' }).getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: 'createOrder order#path-1' }).waitFor();

  const states = page.getByRole('region', { name: 'States, in their order' });
  await states.getByText('Return Reply').first().waitFor(); // it may be shown while it runs
  const looks = page.locator('.react-flow__node .state');
  await looks.first().waitFor();
  const look = (name: string): Promise<string | null> =>
    page.locator('.react-flow__node', { hasText: name }).locator('.state').getAttribute('class');
  expect(await look('Create Subject')).toContain('taken');
  expect(await look('Judge Fields')).toContain('replayed');
  expect(await look('Route Query')).toContain('untaken');
  const colour = (name: string): Promise<string> =>
    page.locator('.react-flow__node', { hasText: name }).locator('.state').evaluate((box) => getComputedStyle(box).borderTopColor); // prettier-ignore
  expect(await colour('Create Subject')).not.toBe(await colour('Route Query'));
  const edges = page.locator('.react-flow__edge.taken');
  await edges.nth(10).waitFor({ state: 'attached' });
  expect(await edges.count()).toBe(11);
  for (const name of ['Handle Event', 'Return Reply']) expect(await isInside(page, name)).toBe(true);

  await page.getByRole('button', { name: 'Whole workflow' }).click();
  await looks.nth(25).waitFor({ state: 'attached' });

  await states.locator('summary', { hasText: 'Check Fields' }).click();
  await states.getByRole('region', { name: 'Assigned by Check Fields' }).getByText('"fine": true').first().waitFor();

  const causal = page.getByRole('region', { name: 'What it led to' });
  await causal.getByText('committed in MySQL by then').waitFor();
  expect(await causal.getByRole('listitem').locator('.causal-what').allTextContents()).toEqual(
    expect.arrayContaining(['Event', 'Workflow', 'Item', 'Stream record', 'Reply', 'Rows']),
  );
  await causal.getByText('order#path-1, version 1').waitFor();
});

/** Whether a state of the graph is within what is seen of it. */
async function isInside(page: Page, name: string): Promise<boolean> {
  const frame = await page.locator('.flow').boundingBox();
  const box = await page.locator('.react-flow__node', { hasText: name }).boundingBox();
  if (frame === null || box === null) return false;
  const [right, bottom] = [frame.x + frame.width, frame.y + frame.height];
  return box.x >= frame.x && box.y >= frame.y && box.x + box.width <= right && box.y + box.height <= bottom;
}

test('text from events is shown as text', async () => {
  const orderId = '<img src=x onerror=alert(1)>';
  const [eventId = ''] = await sendCommand({ command: 'createOrder', orderId, items });
  const page = await open(`${readBrowser('url')}#/executions`);
  page.on('dialog', () => {
    throw new Error('a script ran');
  });
  await page.getByRole('textbox', { name: 'Id' }).fill(eventId);
  await page.getByRole('row').filter({ hasText: '<img' }).getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: orderId }).waitFor();
  expect(await page.locator('img').count()).toBe(0);
});

test('an execution that is not there is said, with what to do', async () => {
  const page = await open(`${readBrowser('url')}#/executions/of-another-day`);
  await page.getByRole('alert').getByText('There is no execution of-another-day.').waitFor();
  await page.getByRole('alert').getByText('choose one of the list').waitFor();
});
