/** Before the end-to-end tests: a local cloud and a database, and the template deployed once, as `order-pipeline`. */
import { join } from 'node:path';
import { buildTemplate } from '../../local/build';
import { startCloud } from '../../local/cloud';
import { startDatabaseServer } from '../../local/database-server';
import { deploy } from '../../local/deploy';
import { LOCAL } from '../../local/paths';
import { freePort } from '../../local/ports';
import { createReadModel, databaseParameters, databaseUrl } from '../../local/read-model';
import { provideToolchain } from '../../local/toolchain';
import { ENVIRONMENT } from './e2e-environment';
import { endWith } from './teardown';

export default async function setup(): Promise<void> {
  await provideToolchain();
  const directory = join(LOCAL, 'test', 'e2e');
  const template = await buildTemplate();
  const cloud = await startCloud({ port: await freePort(), directory: join(directory, 'cloud') });
  endWith(() => cloud.stop());
  const server = await startDatabaseServer({ directory: join(directory, 'database'), port: await freePort() });
  endWith(() => server.stop());
  const readModel = await createReadModel(server.config);
  const { endpoint } = cloud;
  const outputs = await deploy({ endpoint, template, parameters: databaseParameters(readModel) });
  process.env[ENVIRONMENT.endpoint] = endpoint;
  process.env[ENVIRONMENT.databaseUrl] = databaseUrl(readModel);
  process.env[ENVIRONMENT.template] = template;
  process.env[ENVIRONMENT.outputs] = JSON.stringify(outputs);
}
