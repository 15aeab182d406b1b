/** A function's real bundle at work, in a process of its own with Lambda's environment. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What the handler returned, or threw. */
export interface Outcome {
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly errno?: number; readonly code?: string };
}

/**
 * Hands events to the bundle's handler, one after the other.
 *
 * @param environment all of it: nothing of the test's own comes in.
 * @throws Error with what it printed, where the process ends.
 */
export async function runBundle(
  file: string,
  environment: NodeJS.ProcessEnv,
  events: readonly object[],
): Promise<Outcome[]> {
  const child = fork(join(__dirname, 'lambda-process.cjs'), [file], { env: environment, execArgv: [], silent: true });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (printed += data.toString()));
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${file} ended with ${code}: ${printed.slice(-2_000)}`);
  });
  try {
    const outcomes: Outcome[] = [];
    for (const event of events) {
      const answer = once(child, 'message');
      child.send(event);
      const [outcome] = (await Promise.race([answer, ended])) as [Outcome];
      outcomes.push(outcome);
    }
    return outcomes;
  } finally {
    ended.catch(() => undefined);
    child.kill();
  }
}
