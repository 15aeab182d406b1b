/** Tells what goes on: one line a step with the time it took; a terminal also sees what is still running. */

/** Where the lines go: process.stdout, or a test's stand-in. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Prints lines, and steps as they begin and end. */
export interface Steps {
  print(line: string): void;
  /** Runs `work`; several may run at a time. */
  step<T>(label: string, work: () => Promise<T>): Promise<T>;
}

const LIVE_MS = 250;
const QUIET_MS = 10_000;
const CLEAR = '\r\u001b[K';

const seconds = (since: number, digits: number): string => `${((Date.now() - since) / 1000).toFixed(digits)} s`;

/** Without a terminal, a step that takes longer than 10 s says every 10 s that it is alive. */
export function createSteps(output: Output): Steps {
  const running = new Map<string, number>();
  const live = output.isTTY === true;

  const showRunning = (): void => {
    const labels = [...running].map(([label, since]) => `${label} ${seconds(since, 0)}`);
    if (live) output.write(`${CLEAR}${labels.length > 0 ? `… ${labels.join(' · ')}` : ''}`);
    else output.write(`… ${labels.join(' · ')}\n`);
  };
  const print = (line: string): void => {
    output.write(`${live ? CLEAR : ''}${line}\n`);
    if (live && running.size > 0) showRunning();
  };

  return {
    print,
    async step(label, work) {
      const since = Date.now();
      running.set(label, since);
      const timer = setInterval(showRunning, live ? LIVE_MS : QUIET_MS);
      let mark = '✗';
      try {
        const result = await work();
        mark = '✓';
        return result;
      } finally {
        clearInterval(timer);
        running.delete(label);
        print(`${mark} ${label}  ${seconds(since, 1)}`);
      }
    },
  };
}
