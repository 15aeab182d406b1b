/** A headless Chromium for the tests of one file. */
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launch, readBrowser } from './browser-environment';

/** How long a step waits for what must come; a bound, not a promise. */
const PATIENCE_MS = 15_000;

/** Opens pages; each test must leave them without an error of the page's own. */
export function useBrowser(): (url: string, options?: BrowserContextOptions) => Promise<Page> {
  let browser: Browser;
  const errors: string[] = [];
  beforeAll(async () => {
    browser = await launch(readBrowser('chromium'));
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    expect(errors.splice(0)).toEqual([]);
  });
  afterAll(() => browser.close());
  return async (url, options) => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      const isOurs = !message.text().startsWith('Framing'); // which a test tries
      if (isOurs && message.text().includes('Content Security Policy')) errors.push(message.text());
    });
    await page.goto(url);
    return page;
  };
}
