/** Brings the whole pipeline up: tools, local cloud, database, and the template deployed. */
import { join } from 'node:path';
import type { PasswordConfig } from '../functions/shared/database';
import { buildTemplate } from './build';
import { consoleUrl } from './console';
import { startCloud, type Cloud } from './cloud';
import { startDatabaseServer, type DatabaseServer } from './database-server';
import { databaseParameters } from './database-parameters';
import { provideDatabaseSoftware } from './database-software';
import { deploy } from './deploy';
import { envFileText } from './env-file';
import type { Lifetime } from './lifetime';
import { runFolder, type StartOptions } from './options';
import { Problem } from './problem';
import { createReadModel, parseDatabaseUrl } from './read-model';
import type { Steps } from './steps';
import { provideToolchain } from './toolchain';

/** The pipeline, up. */
export interface Pipeline {
  readonly endpoint: string;
  readonly eventBusName: string;
  readonly readModel: PasswordConfig;
  /** Text of the file `env`. */
  readonly environment: string;
  /** Rejects with a Problem when the local cloud or the database ends by itself. */
  readonly failure: Promise<never>;
}

/** @throws Problem at the first thing that cannot be had or does not come up. */
export async function bringUp(options: StartOptions, lifetime: Lifetime, steps: Steps): Promise<Pipeline> {
  const { signal } = lifetime;
  const { consolePort } = options;
  await steps.step('Tools (AWS CLI, SAM CLI, local cloud) in .local/venv', () => provideToolchain(signal));
  const work = [
    steps.step('Functions built: sam build', () => buildTemplate(signal)),
    bringUpCloud(options, lifetime, steps),
    bringUpDatabase(options, lifetime, steps),
  ] as const;
  await Promise.allSettled(work); // where one fails, nothing may be still coming up while the run is taken down
  const [template, cloud, database] = await Promise.all(work);
  const { endpoint } = cloud;
  const { readModel } = database;
  const parameters = await databaseParameters(endpoint, readModel);
  const outputs = await steps.step('Stack order-pipeline deployed: sam deploy', () =>
    deploy({ endpoint, template, parameters, signal }),
  );
  return {
    endpoint,
    eventBusName: outputs['EventBusName'] ?? '',
    readModel,
    environment: envFileText(
      endpoint,
      outputs,
      readModel,
      consolePort === undefined ? undefined : consoleUrl(consolePort),
    ),
    failure: failureOf(cloud, database.server, options, signal),
  };
}

async function bringUpCloud(options: StartOptions, lifetime: Lifetime, steps: Steps): Promise<Cloud> {
  const { port } = options;
  return steps.step(`Local cloud (MiniStack) on http://127.0.0.1:${port}`, async () => {
    const cloud = await startCloud({ port, directory: join(runFolder(options), 'cloud') });
    lifetime.atEnd(() => cloud.stop());
    return cloud;
  });
}

async function bringUpDatabase(
  options: StartOptions,
  lifetime: Lifetime,
  steps: Steps,
): Promise<{ readModel: PasswordConfig; server?: DatabaseServer }> {
  const { databaseUrl, databasePort: port } = options;
  if (databaseUrl !== undefined) {
    const { server, name } = parseDatabaseUrl(databaseUrl);
    const where = `${server.DATABASE_HOST}:${server.DATABASE_PORT}`;
    return steps.step(`Database on ${where} (DATABASE_URL)`, async () => ({
      readModel: await createReadModel(server, name),
    }));
  }
  const { signal } = lifetime;
  const software = await steps.step('Database server found or downloaded', () => provideDatabaseSoftware(signal));
  return steps.step(`Database (${software.name}) on 127.0.0.1:${port}`, async () => {
    const directory = join(runFolder(options), 'database');
    const server = await startDatabaseServer({ directory, port, software, signal });
    lifetime.atEnd(() => server.stop());
    return { server, readModel: await createReadModel(server.config) };
  });
}

function failureOf(
  cloud: Cloud,
  server: DatabaseServer | undefined,
  options: StartOptions,
  signal: AbortSignal,
): Promise<never> {
  const failure = new Promise<never>((_, reject) => {
    const watch = async (ended: Promise<void>, what: string, log: string): Promise<void> => {
      await ended;
      if (!signal.aborted) reject(new Problem(`${what} ended by itself. Its log: ${join(runFolder(options), log)}`));
    };
    void watch(cloud.ended, 'The local cloud', 'cloud/cloud.log');
    if (server !== undefined) void watch(server.ended(), 'The database server', 'database/server.log');
  });
  failure.catch(() => undefined); // at the end of a run nobody waits for it any more
  return failure;
}
