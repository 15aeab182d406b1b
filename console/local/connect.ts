/** Finds what `npm start` runs: its stack by the tool's own way, its read model by the file `env`. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { readFileSync } from 'node:fs';
import { connect } from '../../cli/connect';
import { connectDatabase, withPassword } from '../../functions/shared/database';
import { clientOptions } from '../../local/clients';
import { Problem } from '../../local/problem';
import { parseDatabaseUrl } from '../../local/read-model';
import type { PipelineSource } from '../server/source';
import { localSource } from './local-source';

const STACK = 'order-pipeline';
const PATIENCE = { connectMs: 3_000, statementMs: 5_000 };

/**
 * @param envFile as `npm start` writes it.
 * @throws Problem where it leads to no pipeline.
 */
export async function connectLocal(envFile: string): Promise<PipelineSource> {
  const variables = readVariables(envFile);
  const variable = (name: string): string => {
    const value = variables.get(name);
    if (value === undefined)
      throw new Problem(`${envFile} does not tell ${name}: run npm start, and leave it running.`);
    return value;
  };
  const endpoint = variable('AWS_ENDPOINT_URL');
  const { server, name = '' } = parseDatabaseUrl(variable('READ_MODEL_URL'));
  const options = clientOptions(endpoint);
  const database = connectDatabase(withPassword({ ...server, DATABASE_NAME: name }), PATIENCE);
  const names = {
    stateMachineArn: variable('STATE_MACHINE_ARN'),
    ordersTable: variable('ORDERS_TABLE'),
    logGroup: await readOutput(endpoint, 'FunctionLogGroup'),
  };
  const pipeline = await connect({ stackName: STACK }, { AWS_ENDPOINT_URL: endpoint });
  return localSource(pipeline, options, names, database);
}

function readVariables(file: string): Map<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Problem(`There is no ${file}: the console shows what npm start runs, so run that first.`);
  }
  return new Map([...text.matchAll(/^export (\w+)='([^']*)'$/gm)].map(([, name = '', value = '']) => [name, value]));
}

async function readOutput(endpoint: string, key: string): Promise<string> {
  const client = new CloudFormationClient(clientOptions(endpoint));
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: STACK }));
  client.destroy();
  return stack?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue ?? '';
}
