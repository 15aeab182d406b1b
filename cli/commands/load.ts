/** `simulate --orders N`: the desk under load. */
import type { Command } from 'commander';
import { messageOf } from '../../local/problem';
import { CliProblem, EXIT, type ExitCode } from '../exit';
import { addHelp } from '../help';
import { onceNumber, refusingStrays } from '../options';
import { ticking, type Output } from '../output';
import type { Replies } from '../pipeline';
import type { Act, Context } from '../program';
import { pipelineToFill } from '../simulate/fill';
import { readDate, readSeconds, readSeed, readShare, readSkew, today } from '../simulate/options';
import { reportLoad } from '../simulate/load/report';
import { runLoad, type LoadOptions } from '../simulate/load/run';

const ABOUT = `
The flights and the customers are registered first. A quarter of the orders is changed after the reply that they are made, a tenth
is cancelled in the end. The same flags make the same events, whose order ids no other flags make: sent again, they are duplicates.
What must be answered is known of every event; an answer that is another one is counted as unexpected, and the exit code is 1. Ctrl-C, or a pipeline that is gone, ends it with the report of what was judged until then.`;
const EXAMPLES = [
  'simulate --orders 1000',
  'simulate --orders 5000 --dup 5% --reorder 5% --broken 1% --poison 1% --db-pause 20s --seed 7',
  'simulate --orders 20000 --rate 200 --stack-name order-pipeline-dev --profile shop-dev',
] as const;

const MAX_ORDERS = 100_000;
const MAX_RATE = 2_000;
const DEFAULTS = { rate: 20, customers: 200, items: 20, skew: 1, dup: 0, reorder: 0, broken: 0, poison: 0 };

type Options = Partial<LoadOptions>;

export function addLoad(simulate: Command, act: Act): void {
  const load = refusingStrays(simulate.command('load', { isDefault: true }))
    .summary('with --orders: many orders, at a rate')
    .description(
      'Sends many orders, and what goes wrong with them, at a rate; measures the replies and the read model.',
    )
    .option('--orders <n>', 'how many, at least 1', onceNumber(1, MAX_ORDERS))
    .option('--rate <n>', `events a second (default: ${DEFAULTS.rate})`, onceNumber(1, MAX_RATE))
    .option('--customers <n>', `who order (default: ${DEFAULTS.customers})`, onceNumber(1, MAX_ORDERS))
    .option('--items <n>', `flights (default: ${DEFAULTS.items})`, onceNumber(1, 10_000))
    .option(
      '--skew <n>',
      `how unevenly flights are booked: the nth 1/n^skew as often (default: ${DEFAULTS.skew})`,
      readSkew,
    )
    .option('--seed <n>', 'which events (default: others each time)', readSeed)
    .option('--date <day>', 'of the flights (default: today, UTC)', readDate)
    .option(
      '--dup <share>',
      'of the commands are sent again: at once or later, word for word or in other words (default: 0%)',
      readShare,
    )
    .option('--reorder <share>', 'of the orders: a change is sent before what creates them (default: 0%)', readShare)
    .option(
      '--broken <share>',
      'as many as of the orders: events that must be refused or parked (default: 0%)',
      readShare,
    )
    .option(
      '--poison <share>',
      'as many as of the orders: items in the orders table that must be quarantined (default: 0%)',
      readShare,
    )
    .option(
      '--db-pause <time>',
      'hold the local database still for so long, such as 20s (default: not at all)',
      readSeconds,
    );
  addHelp(load, {
    about: ABOUT,
    exits: {
      failed: 'failed, or an answer is not what it must be',
      noReply: 'an event had no reply in time',
      interrupted: 'interrupted, after its report',
    },
    examples: EXAMPLES,
  });
  act<Options>(load, sendLoad);
}

async function sendLoad(context: Context, _args: readonly string[], flags: Options): Promise<ExitCode> {
  const { orders } = flags;
  if (orders === undefined)
    throw new CliProblem(EXIT.usage, 'Say how many with --orders, or name a step of the desk: simulate --help lists them.'); // prettier-ignore
  const options = { ...DEFAULTS, seed: Date.now() % 1_000_000, date: today(), ...flags, orders };
  const pipeline = await pipelineToFill(context);
  if (options.dbPause !== undefined) pipeline.database.require();
  const interruption = new AbortController();
  const end = context.onInterrupt?.(() => { interruption.abort(); }); // prettier-ignore
  const { output } = context;
  try {
    const making = (): string => 'making a queue for the replies';
    const replies = await ticking(output, making, () => pipeline.bus.watchReplies(interruption.signal));
    const place = { pipeline, replies, output, interruption: interruption.signal };
    const code = reportLoad(output, options, await runLoad(options, place));
    end?.(); // from here on, Ctrl-C ends the process: a pipeline that is gone may not let go of the queue either
    return (await isClosed(replies, output)) || code !== EXIT.done ? code : EXIT.failed;
  } finally {
    end?.();
  }
}

/** Where the pipeline is gone, the report has said so: that its queue cannot be removed is no more than a note. */
async function isClosed(replies: Replies, output: Output): Promise<boolean> {
  try {
    await replies.close();
    return true;
  } catch (error) {
    output.note(`The queue and the rule for the replies, order-pipeline-cli-…, could not be removed: ${messageOf(error)}`); // prettier-ignore
    return false;
  }
}
