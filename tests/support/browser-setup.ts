/** Before the browser tests: Chromium, and one pipeline with its console for all of them. Tests keep to order and item ids of their own. */
import { databaseUrl } from '../../local/read-model';
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
}
