/** The file that a shell reads to talk to the running pipeline: `. .local/env`, in sh, bash, dash or zsh, from any folder. */
import type { PasswordConfig } from '../functions/shared/database';
import { cloudEnvironment } from './cloud';
import type { Outputs } from './deploy';
import { VENV } from './paths';
import { databaseUrl } from './read-model';

const quote = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/**
 * @param consoleUrl undefined where there is no console.
 * @returns the file's text.
 */
export function envFileText(
  endpoint: string,
  outputs: Outputs,
  readModel: PasswordConfig,
  consoleUrl?: string,
): string {
  const variables: NodeJS.ProcessEnv = {
    ...cloudEnvironment(endpoint, {}),
    EVENT_BUS_NAME: outputs['EventBusName'],
    AWS_CQRS_EVENTBRIDGE_ARN: outputs['EventBridgeARN'],
    STATE_MACHINE_ARN: outputs['StateMachineArn'],
    ORDERS_TABLE: outputs['OrdersTableName'],
    COMMANDS_TABLE: outputs['CommandsTableName'],
    PARKED_EVENTS_URL: outputs['ParkedEventsUrl'],
    UNDELIVERED_EVENTS_URL: outputs['UndeliveredEventsUrl'],
    // Not DATABASE_URL: to the next `npm start` in that shell, that would be a server of yours.
    READ_MODEL_URL: databaseUrl(readModel),
    CONSOLE_URL: consoleUrl,
  };
  const lines = Object.entries(variables).map(([name, value]) =>
    value === undefined ? `unset ${name}` : `export ${name}=${quote(value)}`,
  );
  return [
    '# Written by npm start, removed when it ends. Use: . .local/env',
    ...lines,
    `export PATH=${quote(`${VENV}/bin`)}:"$PATH"`,
    '',
  ].join('\n');
}
