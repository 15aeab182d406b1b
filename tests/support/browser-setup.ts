/**
 * Before the browser tests: Chromium, and one pipeline with its console for all of them, in which `simulate` has opened the desk. Tests keep
 * to order and item ids of their own.
 */
import { cloudEnvironment } from '../../local/cloud';
import { ROOT } from '../../local/paths';
import { databaseUrl } from '../../local/read-model';
import { run } from '../../local/run';
import { provideToolchain } from '../../local/toolchain';
import { buildPage } from '../../console/build';
import { BROWSER } from './browser-environment';
import { provideChromium } from './chromium';
import { startTestConsole } from './console-pipeline';
import { ENVIRONMENT } from './e2e-environment';
import { startLocalPipeline } from './local-pipeline';
import { endWith } from './teardown';

export default async function setup(): Promise<void> {
  await provideToolchain();
  process.env[BROWSER.chromium] = await provideChromium();
  process.env[BROWSER.page] = await buildPage();
  const pipeline = await startLocalPipeline('browser');
  endWith(pipeline.stop);
  const { url, stop } = await startTestConsole('browser', pipeline.endpoint, pipeline.outputs, pipeline.readModel);
  endWith(stop);
  process.env[BROWSER.url] = url;
  process.env[ENVIRONMENT.endpoint] = pipeline.endpoint;
  process.env[ENVIRONMENT.databaseUrl] = databaseUrl(pipeline.readModel);
  process.env[ENVIRONMENT.outputs] = JSON.stringify(pipeline.outputs);
  await simulate(pipeline.endpoint, ['customers']);
  await simulate(pipeline.endpoint, ['order']);
  await simulate(pipeline.endpoint, ['cancel', '--seed', '7']);
}

/** @throws Problem where an answer is not what it must be. */
async function simulate(endpoint: string, args: readonly string[]): Promise<void> {
  const env = cloudEnvironment(endpoint);
  await run(process.execPath, ['cli/order-pipeline.mjs', 'simulate', ...args], { cwd: ROOT, env });
}
