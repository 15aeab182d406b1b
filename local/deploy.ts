/** Deploys the template to the local cloud with SAM CLI, as it would be deployed to an account. */
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clientOptions } from './clients';
import { cloudEnvironment } from './cloud';
import { LOCAL, ROOT, tool } from './paths';
import { Problem, messageOf } from './problem';
import { CommandFailed, run } from './run';

/** What to deploy, and where. */
export interface Deployment {
  /** The local cloud. */
  readonly endpoint: string;
  /** The built template. */
  readonly template: string;
  readonly stackName?: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly signal?: AbortSignal | undefined;
}

/** What the local cloud cannot do, or would be in the way of: the emulator keeps no archive of a bus. */
const LOCALLY = { ArchiveDays: 0, DeletionProtection: 'false' };

/** Named, for SAM looks for it beside the template, and that is in the build's folder. */
const SAM_CONFIG = join(ROOT, 'samconfig.toml');

/** The stack's outputs by name. */
export type Outputs = Readonly<Record<string, string>>;

/**
 * Creates or updates the stack.
 *
 * @throws Problem naming the resource that failed and its reason.
 */
export async function deploy(deployment: Deployment): Promise<Outputs> {
  const { endpoint, template, stackName = 'order-pipeline', parameters, signal } = deployment;
  const overrides = writeParameters({ ...LOCALLY, ...parameters });
  const args = [
    'deploy',
    '--config-file',
    SAM_CONFIG,
    '--config-env',
    'local',
    '--template-file',
    template,
    '--stack-name',
    stackName,
  ];
  try {
    await run(tool('sam'), [...args, '--parameter-overrides', `file://${overrides}`], {
      signal,
      env: cloudEnvironment(endpoint),
    });
  } catch (error) {
    if (!(error instanceof CommandFailed) || signal?.aborted === true) throw error;
    throw new Problem(`The deployment failed. ${await failureOf(endpoint, stackName, error)}`);
  } finally {
    rmSync(dirname(overrides), { recursive: true, force: true });
  }
  return outputsOf(endpoint, stackName);
}

/** In a file of ours alone and for a moment, since everybody on the machine can read a command's arguments, and a password is among them. */
function writeParameters(parameters: Readonly<Record<string, string | number>>): string {
  const file = join(mkdtempSync(join(LOCAL, 'deploy-')), 'parameters.yaml'); // JSON is YAML; mkdtemp's folder is the user's alone
  const quoted = Object.entries(parameters).map(([name, value]) => [name, quote(quote(String(value)))]);
  writeFileSync(file, JSON.stringify(Object.fromEntries(quoted)));
  return file;
}

/** As SAM CLI reads it (samcli/cli/types.py), twice where it comes from a file: a password may hold spaces and quotes. */
const quote = (value: string): string => `"${value.replaceAll('"', '\\"')}"`;

async function outputsOf(endpoint: string, stackName: string): Promise<Outputs> {
  const client = new CloudFormationClient(clientOptions(endpoint));
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
  const outputs: Record<string, string> = {};
  for (const { OutputKey, OutputValue = '' } of stack?.Outputs ?? [])
    if (OutputKey !== undefined) outputs[OutputKey] = OutputValue;
  return outputs;
}

/** The first resource that failed: the others were only cancelled after it. */
async function failureOf(endpoint: string, stackName: string, error: CommandFailed): Promise<string> {
  try {
    const client = new CloudFormationClient(clientOptions(endpoint));
    const { StackEvents: events = [] } = await client.send(new DescribeStackEventsCommand({ StackName: stackName }));
    const failed = events.filter((event) => event.ResourceStatus?.endsWith('_FAILED') === true).at(-1);
    if (failed === undefined) return error.message;
    return `${failed.LogicalResourceId ?? 'A resource'}: ${failed.ResourceStatusReason ?? 'no reason given'}`;
  } catch (unreadable) {
    return `${error.message}\n(${messageOf(unreadable)})`;
  }
}
