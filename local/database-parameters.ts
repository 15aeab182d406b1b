/** The template's parameters that lead to a database on this machine; its password goes into the local cloud's Secrets Manager. */
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { PasswordConfig } from '../functions/shared/database';
import { clientOptions } from './clients';

/** @throws the local cloud's error, such as that there is a secret for this database already. */
export async function databaseParameters(
  endpoint: string,
  config: PasswordConfig,
): Promise<Record<string, string | number>> {
  return {
    DatabaseHost: config.DATABASE_HOST,
    DatabasePort: config.DATABASE_PORT,
    DatabaseName: config.DATABASE_NAME,
    DatabaseUser: config.DATABASE_USER,
    DatabaseSecretArn: await storePassword(endpoint, config),
    DatabaseTls: 'off',
  };
}

/** As RDS writes its secrets. */
async function storePassword(
  endpoint: string,
  { DATABASE_NAME, DATABASE_USER, DATABASE_PASSWORD }: PasswordConfig,
): Promise<string> {
  const client = new SecretsManagerClient(clientOptions(endpoint));
  const SecretString = JSON.stringify({ username: DATABASE_USER, password: DATABASE_PASSWORD });
  const { ARN = '' } = await client.send(
    new CreateSecretCommand({ Name: `read-model/${DATABASE_NAME}`, SecretString }),
  );
  client.destroy();
  return ARN;
}
