/** Orders in the browser: sent from the form, and looked up on both sides. */
import { expect, test } from '@jest/globals';
import { useBrowser } from '../support/browser';
import { readBrowser } from '../support/browser-environment';

const open = useBrowser();
const orders = (): string => `${readBrowser('url')}#/orders`;

test('a command filled in is sent, answered, and among the executions; the order has one version on both sides', async () => {
  const page = await open(orders());
  await page.getByRole('textbox', { name: 'orderId' }).fill('form-1');
  await page.getByRole('textbox', { name: /^items/ }).fill('form-z1=2\nform-z2=1');
  await page.getByRole('textbox', { name: /^customerId/ }).fill('form-c');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const sent = page.locator('.sent');
  await sent.getByText('orderCreated, version 1').waitFor();
  await sent.getByRole('link', { name: 'See its execution' }).click();
  await page.getByRole('heading', { level: 1, name: 'createOrder order#form-1' }).waitFor();

  await page.getByRole('link', { name: 'Orders', exact: true }).click();
  await page.getByRole('textbox', { name: 'Order id' }).fill('form-1');
  await page.getByRole('button', { name: 'Look up' }).click();
  await page.getByText('Both sides have version 1.').waitFor();
  const version = page.locator('.compared').getByRole('row', { name: /^Version/ });
  expect(await version.getByRole('cell').allTextContents()).toEqual(['1', '1']);
  await page.getByText('form-z1 × 2, form-z2 × 1').nth(1).waitFor();
  await page.getByRole('region', { name: 'Look up an order' }).getByText('createOrder').waitFor();

  await page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'updateOrder' });
  await page.getByRole('textbox', { name: 'orderId' }).fill('form-1');
  await page.getByRole('textbox', { name: /^items/ }).fill('form-z1=5');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Both sides have version 2.').waitFor();
});

test('what the contract refuses is said before it is sent, and by the pipeline after', async () => {
  const page = await open(orders());
  await page.getByRole('textbox', { name: 'orderId' }).fill('form 2');
  await page.getByText('By the contract, the pipeline will refuse this').waitFor();
  await page.getByRole('button', { name: 'Send all the same' }).click();
  const sent = page.locator('.sent');
  await sent.getByText('refused').waitFor();
  await sent.getByRole('listitem').getByText('orderId must be a string of 1 to 64 characters').waitFor();
});

test('a sample fills the form, a query is sent as well', async () => {
  const page = await open(orders());
  await page.getByRole('combobox', { name: 'Begin with a sample' }).selectOption({ label: 'create order' });
  expect(await page.getByRole('textbox', { name: 'orderId' }).inputValue()).toBe('6101');
  expect(await page.getByRole('textbox', { name: /^items/ }).inputValue()).toBe('z3333=6\nz4444=3');
  await page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'customerCount' });
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.locator('.sent').getByText('200, 1 row').waitFor();
});

test('an order that is not there', async () => {
  const page = await open(`${orders()}/nobody-s-order`);
  await page.getByText('There is no such order on either side.').waitFor();
});
