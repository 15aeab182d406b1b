/** A local cloud and a database on free ports, with the template deployed: what the end-to-end tests run against. */
import { join } from 'node:path';
import type { PasswordConfig } from '../../functions/shared/database';
import { buildTemplate } from '../../local/build';
import { startCloud } from '../../local/cloud';
import { startDatabaseServer, type DatabaseServer } from '../../local/database-server';
import { deploy, type Outputs } from '../../local/deploy';
import { LOCAL } from '../../local/paths';
import { freePort } from '../../local/ports';
import { databaseParameters } from '../../local/database-parameters';
import { createReadModel } from '../../local/read-model';

export interface LocalPipeline {
  readonly endpoint: string;
  readonly server: DatabaseServer;
  readonly readModel: PasswordConfig;
  /** Path of the built template. */
  readonly template: string;
  readonly outputs: Outputs;
  readonly stop: () => Promise<void>;
}

/** @param name of the folder under `.local/test` that is emptied for it. */
export async function startLocalPipeline(name: string): Promise<LocalPipeline> {
  const directory = join(LOCAL, 'test', name);
  const template = await buildTemplate();
  const cloud = await startCloud({ port: await freePort(), directory: join(directory, 'cloud') });
  const server = await startDatabaseServer({ directory: join(directory, 'database'), port: await freePort() });
  const stop = async (): Promise<void> => {
    await cloud.stop();
    await server.stop();
  };
  try {
    const readModel = await createReadModel(server.config);
    const { endpoint } = cloud;
    const outputs = await deploy({ endpoint, template, parameters: await databaseParameters(endpoint, readModel) });
    return { endpoint, server, readModel, template, outputs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
