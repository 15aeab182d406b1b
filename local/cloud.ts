/** The local cloud: MiniStack, an emulator of the AWS services that the pipeline uses. Nothing of it is kept. */
import { mkdirSync, openSync, closeSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, tool } from './paths';
import { isFree } from './ports';
import { Problem } from './problem';
import { startServerProcess, waitUntilReady } from './server-process';

/** A running local cloud. */
export interface Cloud {
  /** Such as `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
  /** An end as by a crash (SIGKILL). */
  kill(): Promise<void>;
}

/** Every resource lies here. */
export const REGION = 'us-east-1';

/** The emulator's own account. */
export const ACCOUNT = '000000000000';

/**
 * What AWS's tools and SDKs need to talk to the local cloud, and only to it: whatever profile the user has is out of
 * the way, and a proxy is not asked for 127.0.0.1.
 */
export function cloudEnvironment(endpoint: string, base: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const noProxy = [base['NO_PROXY'] ?? base['no_proxy'], '127.0.0.1', 'localhost'].filter(Boolean).join(',');
  return {
    ...base,
    AWS_PROFILE: undefined,
    AWS_DEFAULT_PROFILE: undefined,
    AWS_SESSION_TOKEN: undefined,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_DEFAULT_OUTPUT: 'json',
    AWS_PAGER: '',
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true', // StartSyncExecution would go to the host sync-127.0.0.1
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', // on Node 20 every program would begin with it
    SAM_CLI_TELEMETRY: '0',
    NO_PROXY: noProxy,
    no_proxy: noProxy,
  };
}

/**
 * Starts the emulator, empty, and waits until it answers.
 *
 * @param options.directory emptied first; holds its log and its temporary files.
 * @throws Problem when the port is taken or it does not come up.
 */
export async function startCloud({ port, directory }: { port: number; directory: string }): Promise<Cloud> {
  if (!(await isFree(port))) throw new Problem(`Port ${port} is taken, so the local cloud cannot listen there.`);
  rmSync(directory, { recursive: true, force: true });
  const temporary = join(directory, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const endpoint = `http://127.0.0.1:${port}`;
  const log = join(directory, 'cloud.log');
  closeSync(openSync(log, 'a'));
  const server = startServerProcess([tool('python'), join(ROOT, 'local', 'emulator.py')], log, {
    ...cloudEnvironment(endpoint),
    NODE_OPTIONS: undefined, // the functions inherit all this; they run as on AWS, not as this program
    NODE_ENV: undefined,
    BIND_HOST: '127.0.0.1', // it listens on every interface unless told
    GATEWAY_PORT: String(port),
    MINISTACK_REGION: REGION,
    MINISTACK_ACCOUNT_ID: ACCOUNT,
    TMPDIR: temporary,
    IOT_MTLS_ENABLED: '0', // no other ports
    SFTP_ENABLED: '0',
    DOCKER_HOST: `unix://${temporary}/no-docker`, // functions run as plain processes, whether there is Docker or not
  });
  await waitUntilReady('The local cloud', server, log, () => isHealthy(endpoint));
  return { endpoint, pid: server.pid, ended: server.ended, stop: () => server.stop(), kill: () => server.kill() };
}

async function isHealthy(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
