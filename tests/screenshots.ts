/** `npm run screenshots`: pictures of the console for the docs, of a pipeline with the same orders each time. */
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { clientOptions } from '../local/clients';
import { ROOT } from '../local/paths';
import { untilProjected } from '../local/projection';
import { openInbox, type Inbox } from '../local/replies';
import { provideToolchain } from '../local/toolchain';
import { launch } from './support/browser-environment';
import { provideChromium } from './support/chromium';
import { startTestConsole } from './support/console-pipeline';
import { startLocalPipeline, type LocalPipeline } from './support/local-pipeline';
import { send, type SentEvent } from './support/send';

const FOLDER = join(ROOT, 'docs', 'console');
const ORDERS = 60;
const ITEMS = ['blue-mug', 'desk-lamp', 'notebook', 'ink', 'paper-a4', 'stapler', 'tea'];
const item = (n: number): string => ITEMS[n % ITEMS.length] ?? '';

/** Orders over a year, more of some items than of others. */
const orders = (): SentEvent[] =>
  Array.from({ length: ORDERS }, (_, n) => ({
    kind: 'orderCommand' as const,
    time: new Date(Date.UTC(2025, (n * 5) % 12, 1 + (n % 28), 9, n)),
    detail: {
      command: 'createOrder',
      orderId: `o-${1001 + n}`,
      customerId: `c-${n % 9}`,
      items: [
        { itemid: item(n * n), quantity: 1 + ((n * 7) % 12) },
        { itemid: item(n + 3), quantity: 1 + (n % 4) },
      ],
    },
  }));

/** What is answered in some other way, and what comes last. */
const others: readonly SentEvent[] = [
  { kind: 'orderCommand', detail: { command: 'registerCustomer', customerId: 'c-1', name: 'Ana', email: 'ana@example.org' } },
  { kind: 'orderCommand', detail: { command: 'createOrder', orderId: 'o-1001', items: [{ itemid: 'tea', quantity: 1 }] } },
  { kind: 'orderCommand', detail: { command: 'cancelOrder', orderId: 'o-1004' } },
  { kind: 'orderQuery', detail: { query: 'itemsSalesReport' } },
  { kind: 'orderCommand', detail: { command: 'createOrder', orderId: 'o 1', items: [] } },
  { kind: 'orderQuery', detail: { query: 'ordersByCustomer', customerId: 'c-1' } },
  { kind: 'orderCommand', detail: { command: 'updateOrder', orderId: 'o-1001', items: [{ itemid: 'desk-lamp', quantity: 4 }], expectedVersion: 1 } },
]; // prettier-ignore

async function fill(pipeline: LocalPipeline, inbox: Inbox): Promise<void> {
  const { endpoint, outputs, readModel } = pipeline;
  const bus = outputs['EventBusName'] ?? '';
  const sent = orders();
  for (const event of [...sent, ...others]) {
    const [id = ''] = await send(endpoint, bus, [event]);
    await inbox.replyTo(id);
  }
  const workflows = new SFNClient(clientOptions(endpoint));
  const input = JSON.stringify({ id: 'e-1', source: 'orderPipeline', time: '2026-01-02T03:04:05Z', detail: { command: 'createOrder', orderId: 'o-2001' } }); // prettier-ignore
  await workflows.send(new StartExecutionCommand({ stateMachineArn: outputs['StateMachineArn'], input }));
  workflows.destroy();
  await untilProjected(readModel, [{ orderid: 'o-1001', version: 2 }]);
}

async function takePictures(page: Page, url: string): Promise<void> {
  const picture = async (name: string, address: string, sign: string): Promise<void> => {
    await page.goto(`${url}${address}`);
    await page.getByText(sign).first().waitFor();
    await page.waitForTimeout(1_500); // charts have drawn themselves, lists are whole
    await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  };
  await picture('executions', '#/executions', 'orderUpdated, version 2');
  const changed = page.getByRole('row').filter({ hasText: 'updateOrder' }).filter({ hasText: 'order#o-1001' });
  const execution = (await changed.getByRole('link').first().getAttribute('href')) ?? '';
  await page.setViewportSize({ width: 1280, height: 1330 });
  await picture('execution', execution, 'committed in MySQL by then');
  await page.setViewportSize({ width: 1280, height: 860 });
  await picture('orders', '#/orders/o-1001', 'Both sides have version 2.');
  await picture('reports', '#/reports/desk-lamp', 'Last order');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture('health-dark', '#/health', 'OrderPipeline.NotAnEvent');
}

async function main(): Promise<void> {
  await provideToolchain();
  const executable = await provideChromium();
  mkdirSync(FOLDER, { recursive: true });
  const pipeline = await startLocalPipeline('screenshots');
  const { endpoint, outputs, readModel } = pipeline;
  const inbox = await openInbox(endpoint, outputs['EventBusName'] ?? '');
  const { url, stop } = await startTestConsole('screenshots', endpoint, outputs, readModel);
  const browser = await launch(executable);
  try {
    await fill(pipeline, inbox);
    await takePictures(await browser.newPage({ viewport: { width: 1280, height: 860 }, timezoneId: 'UTC' }), url);
  } finally {
    await browser.close();
    await stop();
    await inbox.close();
    await pipeline.stop();
  }
}

void main();
