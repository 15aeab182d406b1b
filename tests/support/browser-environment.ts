/** What the browser tests find: Chromium, and a console that looks at a pipeline. */
import { chromium, type Browser } from 'playwright-core';

/** Variables by which the setup tells the tests. */
export const BROWSER = {
  chromium: 'ORDER_PIPELINE_TEST_CHROMIUM',
  url: 'ORDER_PIPELINE_TEST_CONSOLE_URL',
  page: 'ORDER_PIPELINE_TEST_CONSOLE_PAGE',
} as const;

export function readBrowser(name: keyof typeof BROWSER): string {
  const value = process.env[BROWSER[name]];
  if (value === undefined) throw new Error(`${BROWSER[name]} is not set: run this test with npm run test:browser.`);
  return value;
}

/** As root, Chromium's sandbox cannot be had; the tests show it our own pages alone. */
export const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
