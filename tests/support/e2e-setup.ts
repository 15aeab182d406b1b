/** Before the end-to-end tests: one pipeline for all of them. Tests keep to order and item ids of their own. */
import { databaseUrl } from '../../local/read-model';
import { provideToolchain } from '../../local/toolchain';
import { ENVIRONMENT } from './e2e-environment';
import { startLocalPipeline } from './local-pipeline';
import { endWith } from './teardown';

export default async function setup(): Promise<void> {
  await provideToolchain();
  const { endpoint, readModel, template, outputs, stop } = await startLocalPipeline('e2e');
  endWith(stop);
  process.env[ENVIRONMENT.endpoint] = endpoint;
  process.env[ENVIRONMENT.databaseUrl] = databaseUrl(readModel);
  process.env[ENVIRONMENT.template] = template;
  process.env[ENVIRONMENT.outputs] = JSON.stringify(outputs);
}
