/** What a process of the benchmark does: a task after the other, as the run tells it; it stays warm from one to the next. */

/** What it says: that it is ready, what it did, or what went wrong. */
export type Word<Done> = 'ready' | { readonly done: Done } | { readonly error: string };

const hear = (): Promise<unknown> => new Promise((resolve) => process.once('message', resolve));

const say = <Done>(word: Word<Done>): void => {
  if (process.send === undefined) throw new Error('This is a process of the benchmark: npm run bench');
  process.send(word);
};

/** Resolves when all processes are ready. */
export type Begun = () => Promise<void>;

async function begun(): Promise<void> {
  const begins = hear();
  say('ready');
  await begins;
}

/** @param perform makes itself ready, waits for `begun`, and does what is measured. */
export async function performTasks<Done>(perform: (task: unknown, begun: Begun) => Promise<Done>): Promise<void> {
  process.once('disconnect', () => process.exit());
  for (;;) {
    const task = await hear();
    say<Done>(
      await perform(task, begun).then(
        (done) => ({ done }),
        (error: unknown) => ({ error: error instanceof Error ? String(error.stack) : String(error) }),
      ),
    );
  }
}
