/** `rebuild`: makes the read model anew from the orders table while it goes on answering, and swaps it in one moment. */
import type { Command } from 'commander';
import type { Status } from '../../functions/rebuild-read-model/status';
import { CliProblem, EXIT, type ExitCode } from '../exit';
import { addHelp } from '../help';
import { onceNumber, refusingStrays } from '../options';
import { ticking, type Output } from '../output';
import type { Rebuilds } from '../pipeline';
import type { Act, Context } from '../program';

const ABOUT = `
A state machine scans the orders table (which is paid by its size) into a copy beside the read model. Changes reach both, queries are
answered from the old one, until all tables are swapped in one moment. One that was interrupted is gone on with by starting again.
docs/operations/rebuild.md tells when to use it.

Without a command it is start, with the flags of that.`;
const EXAMPLES = ['rebuild --wait', 'rebuild start --segments 8', 'rebuild status', 'rebuild cancel'] as const;

const SEGMENTS = 4;
const MAX_SEGMENTS = 40;

export function addRebuild(program: Command, act: Act): void {
  const rebuild = program
    .command('rebuild')
    .summary('make the read model anew while it goes on answering')
    .description('Rebuilds the read model from the orders table, beside the one that answers, and swaps them.');
  addHelp(rebuild, { about: ABOUT, examples: EXAMPLES });

  const start = refusingStrays(rebuild.command('start', { isDefault: true }))
    .description('Starts a rebuild, or goes on with one that was interrupted.')
    .option('--segments <n>', `parts of the table that are read at once (default: ${SEGMENTS})`, onceNumber(1, MAX_SEGMENTS))
    .option('--wait', 'until it is done (default: do not wait)'); // prettier-ignore
  addHelp(start, {
    about: 'One that was cancelled a moment ago has a step to end: that is waited for, five minutes at most.',
    exits: { failed: 'failed; with --wait: or it was not swapped' },
    examples: ['rebuild --wait', 'rebuild start --segments 8'],
  });
  act<{ segments?: number; wait?: boolean }>(start, async ({ output, pipelineToChange, sleep }, _args, options) => {
    const { rebuilds } = await pipelineToChange();
    const running = await underWay(rebuilds, output, sleep);
    if (running !== undefined) output.note('A rebuild is under way already.');
    const execution = running ?? (await rebuilds.start(options.segments ?? SEGMENTS));
    if (options.wait === true) return waitFor(rebuilds, execution, output);
    output.line('Started. Its progress: npx order-pipeline rebuild status');
    output.document({ execution });
    return EXIT.done;
  });

  const status = rebuild.command('status').description('Shows how far the last rebuild is.');
  addHelp(status, { examples: ['rebuild status', 'rebuild status --json'] });
  act(status, async ({ output, pipeline }) => {
    const { rebuilds } = await pipeline();
    const told = await ask(output, () => rebuilds.status());
    const running = (await rebuilds.running()) !== undefined;
    output.document({ ...told, running });
    output.line(wordsOf(told));
    if (told.state === 'filling' && !running)
      output.line('Nothing works on it: it was interrupted. Go on with rebuild, or give it up with rebuild cancel.');
    return EXIT.done;
  });

  const cancel = rebuild
    .command('cancel')
    .description('Gives up the rebuild that is under way; the read model stays as it is.');
  addHelp(cancel, {
    about: 'Its execution ends at its next step.',
    exits: { notFound: 'there is no such stack, or no rebuild is under way' },
    examples: ['rebuild cancel'],
  });
  act(cancel, async ({ output, pipelineToChange }) => {
    const { rebuilds } = await pipelineToChange();
    if (!(await ask(output, () => rebuilds.cancel()))) throw new CliProblem(EXIT.notFound, 'No rebuild is under way.');
    output.line('cancelled');
    output.document({ cancelled: true });
    return EXIT.done;
  });
}

/** A paused database takes half a minute. */
const ask = <T>(output: Output, work: () => Promise<T>): Promise<T> =>
  ticking(output, (seconds) => `waiting for the read model, ${seconds} s`, work);

/** Seconds between two looks, and of all of them: a page of the table may take a minute, and be tried again. */
const PAUSE = 2;
const PATIENCE = 300;

/**
 * The execution that is under way. One whose rebuild was cancelled is none: it learns of that at its next step, and is waited for.
 *
 * @throws CliProblem where it does not end.
 */
async function underWay(rebuilds: Rebuilds, output: Output, sleep: Context['sleep']): Promise<string | undefined> {
  for (let seconds = 0; ; seconds += PAUSE) {
    const running = await rebuilds.running();
    const isCancelled = running !== undefined && (await ask(output, () => rebuilds.status())).state === 'cancelled';
    if (!isCancelled || seconds >= PATIENCE) output.progress('');
    if (!isCancelled) return running;
    if (seconds >= PATIENCE)
      throw new CliProblem(EXIT.failed, `The rebuild that was cancelled has not ended within ${PATIENCE} s: ${running}. Stop that execution, then start again.`); // prettier-ignore
    if (seconds === 0) output.note('The rebuild that was cancelled has a step to end yet: waiting for it.');
    output.progress(`waiting for the one that was cancelled, ${seconds} s of ${PATIENCE} s at most`);
    await sleep(PAUSE * 1000);
  }
}

async function waitFor(rebuilds: Rebuilds, execution: string, output: Output): Promise<ExitCode> {
  const ended = await rebuilds.wait(execution, (status) => {
    output.progress(wordsOf(status));
  });
  output.progress('');
  const status = await ask(output, () => rebuilds.status());
  output.document({ ...status, running: false });
  if (ended.status !== 'SUCCEEDED')
    throw new CliProblem(EXIT.failed, `The rebuild ended as ${ended.status}${ended.error === undefined ? '' : ` (${ended.error})`}. Start it again to go on.`); // prettier-ignore
  output.line(wordsOf(status));
  return status.state === 'swapped' ? EXIT.done : EXIT.failed;
}

/** How far it is, in a line. */
export function wordsOf({ state, items = 0, expected = 0, itemsPerSecond, secondsLeft }: Status): string {
  switch (state) {
    case 'none':
      return 'There was no rebuild yet.';
    case 'cancelled':
      return 'The last rebuild was cancelled, by a person or by a migration.';
    case 'swapped':
      return `swapped: ${items} orders, customers and items were read`;
    case 'filling': {
      const rate = itemsPerSecond === undefined ? '' : `, ${itemsPerSecond} a second`;
      const left = secondsLeft === undefined ? '' : `, about ${durationOf(secondsLeft)} left`;
      return `filling: ${items} of about ${expected}${rate}${left}`;
    }
  }
}

/** Such as `2 h 5 min`, `3 min`, `40 s`. */
function durationOf(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
