/** Before the browser tests: Chromium, and one pipeline with its console for all of them. Tests keep to order and item ids of their own. */
import { databaseUrl } from '../../local/read-model';
import { provideToolchain } from '../../local/toolchain';
import { buildPage } from '../../console/build';
import { BROWSER } from './browser-environment';
import { provideChromium } from './chromium';
import { startConsolePipeline } from './console-pipeline';
import { ENVIRONMENT } from './e2e-environment';
import { endWith } from './teardown';

export default async function setup(): Promise<void> {
  await provideToolchain();
  process.env[BROWSER.chromium] = await provideChromium();
  process.env[BROWSER.page] = await buildPage();
  const pipeline = await startConsolePipeline('browser');
  endWith(pipeline.stop);
  process.env[BROWSER.url] = pipeline.url;
  process.env[ENVIRONMENT.endpoint] = pipeline.endpoint;
  process.env[ENVIRONMENT.databaseUrl] = databaseUrl(pipeline.readModel);
  process.env[ENVIRONMENT.outputs] = JSON.stringify(pipeline.outputs);
}
