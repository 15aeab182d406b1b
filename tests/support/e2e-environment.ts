/** What the end-to-end tests find running: the local cloud, the deployed stack, its database. */
import type { PasswordConfig } from '../../functions/shared/database';
import { parseDatabaseUrl } from '../../local/read-model';

/** Variables by which the setup tells the tests. */
export const ENVIRONMENT = {
  endpoint: 'ORDER_PIPELINE_TEST_ENDPOINT',
  databaseUrl: 'ORDER_PIPELINE_TEST_READ_MODEL_URL',
  template: 'ORDER_PIPELINE_TEST_TEMPLATE',
  outputs: 'ORDER_PIPELINE_TEST_OUTPUTS',
} as const;

function read(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run this test with npm run test:e2e.`);
  return value;
}

/** Such as `http://127.0.0.1:4566`. */
export const endpoint = (): string => read(ENVIRONMENT.endpoint);

/** Path of the built template. */
export const builtTemplate = (): string => read(ENVIRONMENT.template);

/** All outputs of the deployed stack. */
export const outputs = (): Record<string, string> => JSON.parse(read(ENVIRONMENT.outputs)) as Record<string, string>;

/** One of them. */
export function output(name: string): string {
  const value = outputs()[name];
  if (value === undefined) throw new Error(`The stack has no output ${name}.`);
  return value;
}

/** Of the deployed stack's read model. */
export function readModel(): PasswordConfig {
  const { server, name = '' } = parseDatabaseUrl(read(ENVIRONMENT.databaseUrl));
  return { ...server, DATABASE_NAME: name };
}
