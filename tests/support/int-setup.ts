/** Before the integration tests: one database server for all of them, on a free port. Each test file makes its own database in it. */
import { join } from 'node:path';
import { startDatabaseServer } from '../../local/database-server';
import { LOCAL } from '../../local/paths';
import { freePort } from '../../local/ports';
import { provideToolchain } from '../../local/toolchain';
import { endWith } from './teardown';

export default async function setup(): Promise<void> {
  await provideToolchain();
  if (process.env['ORDER_PIPELINE_TEST_DATABASE_URL'] !== undefined) return; // a server of the user's
  const server = await startDatabaseServer({ directory: join(LOCAL, 'test', 'int'), port: await freePort() });
  endWith(() => server.stop());
  const { DATABASE_HOST, DATABASE_PORT, DATABASE_USER, DATABASE_PASSWORD } = server.config;
  const who = `${DATABASE_USER}:${encodeURIComponent(DATABASE_PASSWORD)}`;
  process.env['ORDER_PIPELINE_TEST_DATABASE_URL'] = `mysql://${who}@${DATABASE_HOST}:${DATABASE_PORT}/`;
}
