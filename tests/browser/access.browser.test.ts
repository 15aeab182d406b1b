/** Whoever uses the console, however: by keyboard, by screen reader, in light and dark, on a small screen and on a large one, empty and full. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { createApp } from '../../console/server/app';
import { freePort } from '../../local/ports';
import { useBrowser } from '../support/browser';
import { readBrowser } from '../support/browser-environment';
import { endpoint, output } from '../support/e2e-environment';
import { FullSource, MemorySource } from '../support/memory-source';
import { send } from '../support/send';

const open = useBrowser();
const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

/** What https://github.com/dequelabs/axe-core finds, by rule and place. */
async function audit(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found: unknown = await page.evaluate('axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + " " + target.join(" ") + " " + failureSummary)))'); // prettier-ignore
  return found as string[];
}

const overflow = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

const items = [{ itemid: 'seen-z', quantity: 2 }];
/** Views with something in them, and what tells that it is there. */
const VIEWS: readonly (readonly [view: string, address: string, sign: string])[] = [
  ['executions', '#/executions', 'order#access-1'],
  ['an execution', '', 'committed in MySQL by then'],
  ['orders', '#/orders/access-1', 'Both sides have version 1.'],
  ['reports', '#/reports/seen-z', 'Last order'],
  ['health', '#/health', 'The last batch was projected'],
];
const FORMS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [360, 1920].map((width) => ({ colorScheme, width })),
);

describe('with data', () => {
  let execution = '';
  beforeAll(async () => {
    const detail = { command: 'createOrder', orderId: 'access-1', items };
    await send(endpoint(), output('EventBusName'), [{ kind: 'orderCommand', detail }]);
  });
  const show = async (address: string, sign: string, form: (typeof FORMS)[number]): Promise<Page> => {
    const { colorScheme, width } = form;
    const page = await open(`${readBrowser('url')}${address}`, { colorScheme, viewport: { width, height: 900 } });
    await page.getByText(sign).first().waitFor();
    return page;
  };

  test.each(VIEWS)(
    '%s: no violations and no sideways scrolling, in light and dark, at 360 and 1920 px',
    async (view, address, sign) => {
      if (view === 'an execution') {
        const page = await show('#/executions', 'order#access-1', { colorScheme: 'light', width: 1920 });
        const link = page.getByRole('row').filter({ hasText: 'order#access-1' }).getByRole('link');
        execution = (await link.getAttribute('href')) ?? '';
      }
      for (const form of FORMS) {
        const page = await show(address === '' ? execution : address, sign, form);
        expect({ ...form, found: await audit(page), overflow: await overflow(page) }).toEqual({
          ...form,
          found: [],
          overflow: 0,
        });
        await page.close();
      }
    },
  );
});

describe('without a pipeline behind it', () => {
  let app: FastifyInstance;
  let url: string;
  let source: MemorySource;
  beforeAll(async () => {
    const port = await freePort();
    source = new MemorySource();
    const delegate = new Proxy(source, { get: (_, name) => Reflect.get(source, name) as unknown });
    app = createApp(delegate, { port, token: 't', page: readBrowser('page'), onError: () => undefined });
    await app.listen({ host: '127.0.0.1', port });
    url = `http://127.0.0.1:${port}/`;
  });
  afterAll(() => app.close());

  test.each([
    ['#/executions', 'Nothing has happened yet.'],
    ['#/reports', 'No item has active orders yet.'],
    ['#/health', 'Nothing was projected yet.'],
    ['#/orders', 'An order’s id shows its versions'],
  ])('%s, empty, says so, without violations', async (address, words) => {
    source = new MemorySource();
    const page = await open(`${url}${address}`, { viewport: { width: 360, height: 800 } });
    await page.getByText(words).waitFor();
    expect(await audit(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
  });

  test('with 5,000 executions, 500 items and 100 failures, it shows a page of them and stays within its width', async () => {
    source = new FullSource();
    const page = await open(`${url}#/executions`, { viewport: { width: 360, height: 800 } });
    await page.getByText('5,000 executions').waitFor();
    expect(await page.getByRole('row').count()).toBe(51);
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await page.getByRole('row').nth(100).waitFor();
    expect(await overflow(page)).toBe(0);
    await page.goto(`${url}#/reports`);
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.getByRole('cell', { name: 'item-0050' }).waitFor();
    await page.getByRole('button', { name: 'Previous page' }).waitFor();
    expect(await overflow(page)).toBe(0);
    await page.goto(`${url}#/health`);
    await page.getByText('There are more').waitFor();
    expect(await audit(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
  });
});

test('an order is sent, its execution opened and a state looked at by keyboard alone', async () => {
  const page = await open(`${readBrowser('url')}#/executions`);
  await page.getByRole('heading', { name: 'Executions' }).waitFor();
  /** Tabs until what has the focus is called so. */
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let n = 0; n < 80; n += 1) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate('((e) => e.getAttribute("aria-label") ?? e.labels?.[0]?.textContent ?? e.textContent)(document.activeElement)'); // prettier-ignore
      if (name.test(String(focused))) return;
    }
    throw new Error(`Tab does not lead to ${String(name)}.`);
  };
  await page.evaluate('document.activeElement.blur()');
  await tabTo(/^To the content/);
  await tabTo(/^Orders$/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor();
  await tabTo(/^orderId/);
  await page.keyboard.type('keys-1');
  await tabTo(/^items/);
  await page.keyboard.type('keys-z=1');
  await tabTo(/^Send$/);
  await page.keyboard.press('Enter');
  await page.locator('.sent').getByText('orderCreated, version 1').waitFor();
  await tabTo(/^See its execution/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'createOrder order#keys-1' }).waitFor();
  await page.locator('.react-flow__node').first().waitFor();
  await tabTo(/^Sort Event, Choice, passed$/);
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Input of Sort Event' }).waitFor();
});
