/** Finds the pipeline that is meant: the one that `npm start` runs here, or a stack in an AWS account. */
import { CloudFormationClient, DescribeStacksCommand, type Parameter } from '@aws-sdk/client-cloudformation';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientOptions } from '../local/clients';
import { LOCAL } from '../local/paths';
import { messageOf } from '../local/problem';
import { variable } from '../local/variable';
import { connectBucket } from './aws/bucket';
import { connectBus } from './aws/bus';
import { connectMonitor } from './aws/monitor';
import { connectQueue } from './aws/queue';
import { connectFunctions, connectReadModel } from './aws/read-model';
import { connectRebuilds } from './aws/rebuilds';
import { connectTables } from './aws/tables';
import { CliProblem, EXIT } from './exit';
import { connectLocalDatabase } from './local-database';
import type { Choice, Pipeline } from './pipeline';

/** Options for the AWS SDK's clients. */
export type ClientOptions = Partial<ReturnType<typeof clientOptions>> & { readonly profile?: string };

/**
 * The local cloud's address: AWS_ENDPOINT_URL, or the one that the running `npm start` wrote into its file. A profile or a
 * region, by flag or variable, means an account.
 */
export function localEndpoint(choice: Choice, env: NodeJS.ProcessEnv): string | undefined {
  if (choice.profile !== undefined || choice.region !== undefined) return undefined;
  const endpoint = variable(env, 'AWS_ENDPOINT_URL');
  if (endpoint !== undefined) return endpoint;
  if (variable(env, 'AWS_PROFILE') !== undefined) return undefined;
  return startedHere(env)('AWS_ENDPOINT_URL');
}

/** Where the `npm start` of this folder keeps its things. */
const folderOf = (env: NodeJS.ProcessEnv): string => variable(env, 'ORDER_PIPELINE_DIRECTORY') ?? LOCAL;

/** Reads variables of the file that a running `npm start` has written. */
function startedHere(env: NodeJS.ProcessEnv): (name: string) => string | undefined {
  const file = join(folderOf(env), 'env');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return (name) => new RegExp(`^export ${name}='([^']+)'$`, 'm').exec(text)?.[1];
}

/** @throws CliProblem when there is no such stack, or it cannot be asked for. */
export async function connect(choice: Choice, env: NodeJS.ProcessEnv): Promise<Pipeline> {
  const endpoint = localEndpoint(choice, env);
  if (endpoint !== undefined && !URL.canParse(endpoint))
    throw new CliProblem(EXIT.usage, `AWS_ENDPOINT_URL is no address: ${endpoint}. It is like http://127.0.0.1:4566; unset it, and the running npm start is found.`); // prettier-ignore
  const { profile, region, stackName } = choice;
  const options: ClientOptions =
    endpoint === undefined
      ? { ...(profile !== undefined && { profile }), ...(region !== undefined && { region }) }
      : clientOptions(endpoint);
  const where = endpoint === undefined ? 'on AWS' : `on the local cloud ${endpoint}`;
  const { output, account, isProtected } = await readStack(
    options,
    stackName,
    where,
    endpoint === undefined ? REMEDY.aws : REMEDY.local,
  );
  const here = startedHere(env);
  const isStartedHere = endpoint !== undefined && here('AWS_ENDPOINT_URL') === endpoint;
  const consoleUrl = isStartedHere ? here('CONSOLE_URL') : undefined;
  const invoke = connectFunctions(options);
  return {
    where: `stack ${stackName} ${where}${endpoint === undefined ? account : ''}`,
    isLocal: endpoint !== undefined,
    stackName,
    isProtected,
    bus: connectBus(options, output('EventBusName')),
    parked: connectQueue(options, output('ParkedEventsUrl')),
    undelivered: connectQueue(options, output('UndeliveredEventsUrl')),
    unprojected: connectBucket(options, output('UnprojectedRecordsBucket')),
    tables: connectTables(options, { orders: output('OrdersTableName'), commands: output('CommandsTableName') }),
    readModel: connectReadModel(invoke, output('OperateReadModelFunction'), output('ProjectOrdersFunction')),
    rebuilds: connectRebuilds(options, invoke, output('RebuildStateMachine'), output('RebuildReadModelFunction')),
    monitor: connectMonitor(options, endpoint !== undefined, {
      stateMachineArn: output('StateMachineArn'),
      ordersTable: output('OrdersTableName'),
      service: stackName,
    }),
    database: connectLocalDatabase(isStartedHere ? folderOf(env) : undefined),
    ...(consoleUrl !== undefined && { consoleUrl }),
  };
}

/** What the stack's ARN tells of its place: `arn:aws:cloudformation:eu-west-1:123456789012:stack/…`. */
export function placeOf(stackId = ''): string {
  const [, , , region = '?', account = '?'] = stackId.split(':');
  return `, account ${account}, region ${region}`;
}

/** Whether a stack of these parameters keeps its tables and its database from being deleted. */
export const isProtectedBy = (parameters: readonly Parameter[] = []): boolean =>
  parameters.some(
    ({ ParameterKey, ParameterValue }) => ParameterKey === 'DeletionProtection' && ParameterValue === 'true',
  );

/** What to do where a stack cannot be asked. */
const REMEDY = {
  local: 'Start it, in another terminal: npm start. Or, for a stack on AWS, name --profile and --region.',
  aws: 'Sign in to AWS, and name --profile and --region. Or start one on this machine: npm start.',
};

async function readStack(
  options: ClientOptions,
  stackName: string,
  where: string,
  remedy: string,
): Promise<{ output: (name: string) => string; account: string; isProtected: boolean }> {
  const client = new CloudFormationClient(options);
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const output = (name: string): string => {
      const value = stack?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
      if (value !== undefined) return value;
      throw new CliProblem(EXIT.failed, `The stack ${stackName} has no output ${name}: deploy this release first.`);
    };
    return { output, account: placeOf(stack?.StackId), isProtected: isProtectedBy(stack?.Parameters) };
  } catch (error) {
    const message = messageOf(error);
    if (message.includes('does not exist')) {
      throw new CliProblem(
        EXIT.notFound,
        `There is no stack ${stackName} ${where}. Name another with --stack-name, or start one here with npm start.`,
      );
    }
    throw new CliProblem(EXIT.failed, `The stack ${stackName} ${where} cannot be asked: ${message}. ${remedy}`);
  } finally {
    client.destroy();
  }
}
