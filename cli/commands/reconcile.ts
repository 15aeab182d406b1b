/** `reconcile`: whether the read model is what the orders table makes it. */
import type { Command } from 'commander';
import type { SumDifference } from '../../functions/project-orders/check-sums';
import type { KeyDifference } from '../../functions/project-orders/compare';
import { EXIT } from '../exit';
import { addHelp } from '../help';
import { onceNumber } from '../options';
import type { Output } from '../output';
import type { Act } from '../program';
import { findDifferences, repair, type Found, type Repaired } from '../reconcile';
import { shorten } from './choose';

const ABOUT = `
Every order, customer and item of the table is compared with its rows, every row with the table, and every summary with the rows
that it comes from. Nothing has to stop for it: what differs is looked at again, for --wait seconds, and what catches up is told as
lag. What lies in quarantine is named with its reason and is no difference: it is kept, and waits for somebody to mend its item.

--repair projects again what differs, makes the summaries what their rows give, and compares once more.`;
const EXAMPLES = ['reconcile', 'reconcile --repair', 'reconcile --wait 300 --json --profile shop'] as const;

interface Options {
  readonly wait?: number;
  readonly repair?: boolean;
}

/** Seconds, without --wait. */
const DEFAULT_WAIT = 60;
const MAX_WAIT = 3_600;
/** Differences of a kind that are shown as text. */
const SHOWN = 100;

export function addReconcile(program: Command, act: Act): void {
  const reconcile = program
    .command('reconcile')
    .summary('compare the read model with the orders table, and mend it')
    .description('Compares the read model with the orders table, and its summaries with its rows.')
    .option(
      '--wait <seconds>',
      `for how long what differs is looked at again (default: ${DEFAULT_WAIT})`,
      onceNumber(0, MAX_WAIT),
    )
    .option('--repair', 'mend what differs, then compare once more (default: change nothing)');
  addHelp(reconcile, {
    about: ABOUT,
    exits: { done: 'no difference but what is in quarantine', differs: 'they differ, each difference is named' },
    examples: EXAMPLES,
  });
  act<Options>(reconcile, async (context, _args, { wait = DEFAULT_WAIT, repair: mends }) => {
    const { output, sleep } = context;
    const pipeline = await (mends === true ? context.pipelineToChange() : context.pipeline());
    const tell = (words: string): void => {
      output.progress(words);
    };
    const patience = { waitMs: wait * 1000, sleep, tell };
    let found = await findDifferences(pipeline, patience);
    let repaired: Repaired | undefined;
    if (mends === true && !isAlike(found)) {
      tellFound(found, output);
      repaired = await repair(pipeline, found, tell);
      found = await findDifferences(pipeline, patience);
      tell('');
      output.line(`repaired: ${repaired.keys} keys projected again, ${repaired.sums} rows of summaries mended; now:`);
    }
    tellFound(found, output);
    const isLeft = countOf(found) > 0 && (await pipeline.unprojected.list(1)).length > 0;
    if (isLeft) output.line('There are unprojected records of the stream: failed redrive --all projects their items.');
    output.document({ ...found, ...(repaired !== undefined && { repaired }) });
    return isAlike(found) ? EXIT.done : EXIT.differs;
  });
}

const countOf = ({ differences, sums }: Found): number => differences.length + sums.length;

/** What was not looked at may be anything. */
const isAlike = (found: Found): boolean => countOf(found) === 0 && !found.isCut;

const rowOf = ({ key, kind, table, model, what = '', quarantined }: KeyDifference) =>
  shorten({ kind, key, table: table ?? '–', 'read model': model ?? '–', error: quarantined ?? what });

const sumOf = ({ table, key, due, has }: SumDifference) => ({
  kind: 'sum off',
  table,
  key: key.join(' '),
  'should be': due.join(' in '),
  is: has.join(' in '),
});

function tellFound(found: Found, output: Output): void {
  const { quarantined, differences, sums, isCut } = found;
  output.progress('');
  tellRows(quarantined.map(rowOf), 'in quarantine', output);
  tellRows(differences.map(rowOf), 'different', output);
  tellRows(sums.map(sumOf), 'sums that are off', output);
  output.line(`${found.tableKeys} keys of the orders table, ${found.modelKeys} of the read model; ${found.lag} were behind and caught up`); // prettier-ignore
  if (isCut)
    output.line('There are more than are named. --repair mends these; reproject --all projects everything again.');
  const count = countOf(found);
  const but = quarantined.length === 0 ? '' : ` but the ${quarantined.length} in quarantine`;
  output.line(
    count === 0
      ? `no difference${but}${isCut ? ' so far' : ''}`
      : `${count} ${count === 1 ? 'difference' : 'differences'}`,
  );
}

function tellRows(rows: readonly Readonly<Record<string, unknown>>[], title: string, output: Output): void {
  if (rows.length === 0) return;
  output.line(`${title}:`);
  output.table(rows.slice(0, SHOWN), '');
  if (rows.length > SHOWN) output.line(`and ${rows.length - SHOWN} more; --json lists all`);
}
