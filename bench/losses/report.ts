/** What was lost, as Markdown: for docs/benchmarks.md, and in short for the README. */
import type { Losses, LossesResult } from './measure';

const number = new Intl.NumberFormat('en-US');

type Count = { [Key in keyof Losses]: Losses[Key] extends number ? Key : never }[keyof Losses];

/** A number of each side in words; the README has those that `inShort` says. */
interface Row {
  readonly count: Count;
  readonly words: string;
  readonly inShort: boolean;
}

const ROWS: readonly Row[] = [
  { count: 'lost', words: 'orders that are not there', inShort: true },
  { count: 'withoutItems', words: 'orders without their items', inShort: true },
  { count: 'halfOfItems', words: 'orders with a part of their items', inShort: true },
  { count: 'doubledItems', words: 'orders with an item twice', inShort: false },
  { count: 'cancellationMissed', words: 'cancellations that are missing', inShort: true },
  { count: 'changeMissed', words: 'changes that are missing', inShort: true },
  { count: 'wrongQuantity', words: 'orders with a wrong quantity', inShort: true },
  { count: 'surplus', words: 'orders that are there by a record that cannot be right', inShort: false },
  { count: 'reportRows', words: 'items of which the report tells a wrong sum, of 500', inShort: true },
  { count: 'quarantined', words: 'records kept aside, to be looked at', inShort: true },
  { count: 'failures', words: 'failed invocations, which an alarm counts', inShort: false },
  { count: 'keptToItself', words: 'errors that were answered as if all were well', inShort: true },
];

const table = ({ seed, projector }: LossesResult, rows: readonly Row[]): string =>
  [
    '| | the seed’s way | projector |',
    '| --- | --- | --- |',
    ...rows.map(({ count, words }) => `| ${words} | ${number.format(seed[count])} | ${number.format(projector[count])} |`),
  ].join('\n'); // prettier-ignore

/** What was delivered, and what went wrong meanwhile. */
const story = ({ plan, records, poison, projector, seed }: LossesResult): string =>
  `${number.format(plan.orders)} orders in ${number.format(records)} records, ${plan.perSecond} a second; the database away for ` +
  `${plan.outageSeconds} s; ${poison} records that cannot be projected; the projector killed ${projector.kills} times, the seed’s ` +
  `function ${seed.kills} times`;

/** The section of docs/benchmarks.md. */
export function lossesReport(result: LossesResult): string {
  const { date, commit, loadBefore, versions } = result;
  const where = `Measured ${date.slice(0, 10)} at ${commit}, on ${versions['database'] ?? ''}. Load average ${loadBefore}.`;
  return `### What is lost\n\n${story(result)}. ${where}\n\n${table(result, ROWS)}`;
}

/** The README's table, and what it is of. */
export const lossesInShort = (result: LossesResult): string =>
  `${story(result)}:\n\n${table(result, ROWS.filter(({ inShort }) => inShort))}`; // prettier-ignore

/** Numbers that are no fault in the end. */
const NO_FAULTS: readonly Count[] = ['quarantined', 'failures', 'keptToItself'];

/** A bar for each fault of each side. */
export const lossesBars = (result: LossesResult): { words: string; way: string; count: number }[] =>
  ROWS.filter(({ count }) => !NO_FAULTS.includes(count)).flatMap(({ count, words }) => [
    { words, way: 'seed', count: result.seed[count] },
    { words, way: 'projector', count: result.projector[count] },
  ]);
