/** A server of ours as a process group that never outlives this process. */
import { spawn } from 'node:child_process';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from './paths';
import { Problem } from './problem';

/** A running server. */
export interface ServerProcess {
  /** Id of its process group. */
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  /** Asks it to end, insists after 10 s, and leaves nothing of its group. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

const GRACE_MS = 10_000;

/** Starts `command` under supervise.sh, with both streams appended to the file `log`. */
export function startServerProcess(
  command: readonly string[],
  log: string,
  env: NodeJS.ProcessEnv = process.env,
): ServerProcess {
  const file = openSync(log, 'a');
  const child = spawn(join(ROOT, 'local', 'supervise.sh'), command, {
    env,
    detached: true, // a group of its own: Ctrl-C reaches only us, and the group can be ended as one
    stdio: ['pipe', file, file],
  });
  closeSync(file);
  let over = false;
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      over = true;
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
  const { pid } = child;
  if (pid === undefined) throw new Problem(`${command[0] ?? ''} could not be started.`);
  child.unref();

  const kill = async (): Promise<void> => {
    child.ref(); // this end is waited for
    signalGroup(pid, 'SIGKILL');
    await ended;
  };
  const stop = async (): Promise<void> => {
    if (!over) signalGroup(pid, 'SIGTERM');
    child.ref();
    const patience = new AbortController();
    await Promise.race([ended, delay(GRACE_MS, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
    await kill();
  };
  return { pid, ended, hasEnded: () => over, stop, kill };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error; // none left: just what we want
  }
}

/**
 * Waits until `probe` resolves to true.
 *
 * @throws Problem with the log's last lines when the server ends, or is not ready in time.
 */
export async function waitUntilReady(
  name: string,
  server: ServerProcess,
  log: string,
  probe: () => Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await probe())) {
    const why = server.hasEnded() ? 'ended while starting' : 'was not ready in time';
    if (server.hasEnded() || Date.now() > deadline) {
      await server.kill();
      const last = readFileSync(log, 'utf8').trim().split('\n').slice(-12).join('\n');
      throw new Problem(`${name} ${why}. Its log, ${log}, ends:\n${last}`);
    }
    await delay(50);
  }
}
