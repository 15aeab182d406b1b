/** One run from its start to its end: who may end it, and what must be ended with it. */
import { Problem } from './problem';

/** A run. */
export interface Lifetime {
  /** Aborted when someone asks the run to end. */
  readonly signal: AbortSignal;
  /** Resolves then. */
  readonly asked: Promise<void>;
  /** Remembers what to undo at the end; the last first. */
  atEnd(undo: () => Promise<void> | void): void;
  end(): Promise<void>;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npm passes a Ctrl-C on that the terminal has sent too: so close together, two are one. */
const SAME_SIGNAL_MS = 1_000;

/** How often, in milliseconds, to look whether who started the program is still there. */
const LOOK_MS = 500;

/**
 * Listens to the signals that ask a program to end; the second one ends it at once. Where whoever started it was killed, nobody could ask
 * any more: that asks it to end too.
 */
export function beginLifetime(): Lifetime {
  const controller = new AbortController();
  const undos: (() => Promise<void> | void)[] = [];
  let firstAt = 0;
  const onSignal = (): void => {
    if (firstAt === 0) firstAt = Date.now();
    else if (Date.now() - firstAt > SAME_SIGNAL_MS) process.exit(1); // what runs in groups of its own ends with us
    controller.abort(new Problem('Interrupted.'));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent) controller.abort(new Problem('Interrupted.'));
  }, LOOK_MS).unref();
  const asked = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => {
      resolve();
    });
  });
  return {
    signal: controller.signal,
    asked,
    atEnd: (undo) => undos.unshift(undo),
    async end() {
      for (const undo of undos.splice(0)) await undo();
      for (const signal of SIGNALS) process.removeListener(signal, onSignal);
      clearInterval(watch);
    },
  };
}
