/** `reset`: a pipeline as if no command had ever come. */
import type { Command } from 'commander';
import { CHECKS } from '../../functions/project-orders/check-sums';
import { messageOf } from '../../local/problem';
import { inChunks } from '../chunks';
import { CliProblem, EXIT, type ExitCode } from '../exit';
import { addHelp } from '../help';
import { everything } from '../failed';
import { withFailed } from '../failed-events';
import type { Output } from '../output';
import type { Pipeline, ReadModel } from '../pipeline';
import type { Act, Context } from '../program';
import { mendAll } from '../reconcile';

const ABOUT = `
Deletes all orders, customers and items, the recorded answers, and whatever the read model has of them, its quarantine included.
The stack stays. The same ids and the same keys can be used again at once: what the stream tells late of what was deleted
changes nothing. Send nothing meanwhile: what comes in while it runs is deleted, or left in part.

It asks for the stack's name first, and on AWS only works on a stack that --stack-name names and that has no DeletionProtection.
Interrupted, it is run again.

What waits in the queues and in the bucket (failed ls) stays, and takes effect when somebody redrives it; --failed discards it too.`;
const EXAMPLES = ['reset', 'reset --yes --failed', 'reset --profile shop-dev --stack-name order-pipeline-dev'] as const;

interface Options {
  readonly yes?: boolean;
  readonly failed?: boolean;
}

/** Keys of one invocation of the projector, which reads each of them. */
const KEYS = 200;

/** Commands may still come in while the tables are emptied. So often they are looked through again. */
const ROUNDS = 5;

export function addReset(program: Command, act: Act): void {
  const reset = program
    .command('reset')
    .summary('delete everything that commands ever made; the stack stays')
    .description('Empties the tables and the read model.')
    .option('--yes', 'do not ask for the name of the stack (default: ask)')
    .option('--failed', 'discard what is parked, undelivered and unprojected as well (default: leave it)');
  addHelp(reset, { about: ABOUT, examples: EXAMPLES });
  act<Options>(reset, async (context, _args, { yes, failed }) => {
    const pipeline = await context.pipelineToChange();
    await requireConsent(pipeline, context, yes === true);
    return resetAll(pipeline, context.output, failed === true);
  });
}

/** @throws CliProblem unless this very stack is meant. */
async function requireConsent(pipeline: Pipeline, { isStackNamed, ask }: Context, yes: boolean): Promise<void> {
  const { isLocal, isProtected, stackName } = pipeline;
  const refuse = (why: string): never => {
    throw new CliProblem(EXIT.usage, `${why} Nothing was done.`);
  };
  if (!isLocal && !isStackNamed) refuse('On AWS, say which stack with --stack-name.');
  if (isProtected)
    refuse(`The stack ${stackName} has DeletionProtection: deploy it with DeletionProtection=false first.`);
  if (yes) return;
  if (ask === undefined) refuse('There is no terminal to ask on. Say --yes if you mean it.');
  const answer = await ask?.(`Everything in it will be gone for good. Type ${stackName} to go on: `);
  if (answer?.trim() !== stackName) refuse('That is not its name.');
}

/** What was deleted, by where it was. */
interface Removed {
  orders: number;
  commands: number;
  /** Records that lay in quarantine, whatever took them out of it: most leave it as the projector finds their items gone. */
  quarantine: number;
  failed: number;
}

const wordsOf = ({ orders, commands, quarantine, failed }: Removed, withQueues: boolean): string =>
  `${orders} items of the orders table and ${commands} recorded answers deleted, ${quarantine} records gone from the quarantine` +
  (withQueues ? `, ${failed} failed events and records discarded` : '');

/** @throws CliProblem saying what was deleted until then. */
export async function resetAll(pipeline: Pipeline, output: Output, withQueues: boolean): Promise<ExitCode> {
  const removed: Removed = { orders: 0, commands: 0, quarantine: 0, failed: 0 };
  const words = (): string => wordsOf(removed, withQueues);
  const tell = (): void => {
    output.progress(words());
  };
  try {
    await emptyAndCount(pipeline, removed, tell);
    await mendAll(pipeline.readModel, CHECKS, tell); // what was off before is not made right by taking from it
    await emptyQuarantine(pipeline.readModel, removed, tell);
    if (withQueues) await discardFailed(pipeline, removed);
  } catch (error) {
    output.progress('');
    throw new CliProblem(EXIT.failed, `${messageOf(error)}\n${words()} until then. Run reset again to finish it.`);
  }
  output.progress('');
  output.line(words());
  const left = await leftOf(pipeline);
  output.document({ removed, left });
  if (left.parked + left.undelivered + left.unprojected > 0)
    output.line(
      `left: ${left.parked} parked, ${left.undelivered} undelivered, ${left.unprojected} unprojected; reset --failed discards them too`,
    );
  return EXIT.done;
}

/** Empties the tables and, of what belonged to them, the read model; whether it gets to its end or not, counts what left the quarantine. */
async function emptyAndCount(pipeline: Pipeline, removed: Removed, tell: () => void): Promise<void> {
  const countKept = async (): Promise<number> => (await pipeline.readModel.ask({ operation: 'status' })).quarantined;
  const before = await countKept();
  try {
    await emptyTables(pipeline, removed, tell);
    await forgetTheRest(pipeline.readModel);
  } finally {
    const now = await countKept().catch(() => before); // what it is about then is why the rest failed
    removed.quarantine = Math.max(0, before - now);
  }
}

/**
 * Empties the tables, until nothing is in them. The read model is made to know of each deletion at once, before the stream tells of it:
 * from then on, whatever comes late of that key makes the projector look into the table.
 */
async function emptyTables({ tables, readModel }: Pipeline, removed: Removed, tell: () => void): Promise<void> {
  for (let round = 1; ; round += 1) {
    const before = removed.orders + removed.commands;
    // answers first: while orders are there, a command that comes again is at worst done again on what will be deleted
    for await (const keys of tables.empty('commands')) {
      removed.commands += keys.length;
      tell();
    }
    for await (const keys of tables.empty('orders')) {
      for (const some of inChunks(keys, KEYS)) await readModel.redrive(some);
      removed.orders += keys.length;
      tell();
    }
    if (removed.orders + removed.commands === before) return;
    if (round === ROUNDS) throw new CliProblem(EXIT.failed, 'Commands are still coming in: stop who sends them.');
  }
}

/** What the read model alone has: of a reset that was interrupted, or of tables that somebody changed behind the stream's back. */
async function forgetTheRest(readModel: ReadModel): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined;) {
    const page: { keys: readonly string[]; next?: string } = await readModel.ask({ operation: 'keys.list', after });
    for (const some of inChunks(page.keys, KEYS)) await readModel.redrive(some);
    after = page.next;
  }
}

async function emptyQuarantine(readModel: ReadModel, removed: Removed, tell: () => void): Promise<void> {
  for (;;) {
    const { records } = await readModel.ask({ operation: 'quarantine.list', limit: 500 });
    if (records.length === 0) return;
    const { discarded } = await readModel.ask({ operation: 'quarantine.discard', ids: records.map(({ id }) => id) });
    removed.quarantine += discarded;
    tell();
  }
}

const discardFailed = (pipeline: Pipeline, removed: Removed): Promise<void> =>
  withFailed(pipeline, async (places) => {
    for await (const one of everything(places)) {
      await one.discard();
      removed.failed += 1;
    }
  });

async function leftOf({ parked, undelivered, unprojected }: Pipeline) {
  const objects = await unprojected.list(1_000);
  return { parked: await parked.depth(), undelivered: await undelivered.depth(), unprojected: objects.length };
}
