/** What ends a load before its end: Ctrl-C, a bus that is gone, a workflow that does not answer. What was judged until then is told all the same. */
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../../local/problem';
import { CliProblem, EXIT, type ExitCode } from '../../exit';

/** Why a load ended early, and the exit code that tells of it. */
export interface Cut {
  readonly why: string;
  readonly code: ExitCode;
}

const INTERRUPTED: Cut = { why: 'interrupted', code: EXIT.interrupted };

/** After Ctrl-C, a call that is under way may end: its events are sent. One that nobody answers must not hold the tool. */
const GRACE_MS = 5_000;

/**
 * Does the work, or as much of it as can be done.
 *
 * @returns what cut it short; undefined where nothing did.
 */
export async function cutOf(
  work: () => Promise<void>,
  interruption: AbortSignal,
  graceMs = GRACE_MS,
): Promise<Cut | undefined> {
  try {
    await Promise.race([work(), overdue(interruption, graceMs)]);
  } catch (error) {
    if (!interruption.aborted)
      return { why: messageOf(error), code: error instanceof CliProblem ? error.exitCode : EXIT.failed };
  }
  return interruption.aborted ? INTERRUPTED : undefined;
}

const overdue = (interruption: AbortSignal, graceMs: number): Promise<void> =>
  new Promise((resolve) => {
    const begin = (): void => void delay(graceMs, undefined, { ref: false }).then(resolve);
    if (interruption.aborted) begin();
    else interruption.addEventListener('abort', begin, { once: true });
  });
