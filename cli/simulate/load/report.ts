/** What is told of a load that has ended. */
import { EXIT, type ExitCode } from '../../exit';
import type { Output } from '../../output';
import { runOf } from './plan';
import type { Ended, LoadOptions } from './run';
import { quantilesOf, type Quantiles } from './tally';

/** As JSON; times are in milliseconds, rates in events a second. */
function documentOf(options: LoadOptions, ended: Ended) {
  const { tally, seconds, caughtUpMs, unanswered, isInterrupted } = ended;
  return {
    run: runOf(options),
    options,
    sent: tally.sent,
    seconds: Number(seconds.toFixed(1)),
    rate: Number((tally.sent / seconds).toFixed(1)),
    replies: Object.fromEntries([...tally.replies].sort(([a], [b]) => (a < b ? -1 : 1))),
    replyMilliseconds: quantilesOf(tally.replyTimes),
    visibleMilliseconds: quantilesOf(tally.visibleTimes),
    caughtUpMilliseconds: caughtUpMs === undefined ? null : Math.round(caughtUpMs),
    refusedByBus: tally.refusedByBus,
    parked: { expected: ended.toBeParked, missing: ended.notParked },
    quarantined: { expected: ended.poisoned, missing: ended.notQuarantined },
    unanswered,
    unexpected: { count: tally.unexpectedCount, first: tally.unexpected },
    isInterrupted,
  };
}

const times = (quantiles: Quantiles | undefined): string =>
  quantiles === undefined
    ? 'not measured'
    : `p50 ${quantiles.p50} ms, p99 ${quantiles.p99} ms, of ${quantiles.measured}`;

const found = (
  { expected, missing }: { readonly expected: number; readonly missing: readonly string[] },
  isInterrupted: boolean,
): string => (isInterrupted ? `${expected}, not looked for` : `${expected - missing.length} of ${expected}`);

const caughtUp = (milliseconds: number | null, isInterrupted: boolean): string => {
  if (milliseconds !== null) return `${milliseconds} ms after the last reply`;
  return isInterrupted ? 'not waited for' : 'an order that was made is not found in the read model';
};

/** @returns how the tool ends. */
export function reportLoad(output: Output, options: LoadOptions, ended: Ended): ExitCode {
  const document = documentOf(options, ended);
  output.document(document);
  const { replies, isInterrupted } = document;
  const rows = [
    { what: 'sent', told: `${document.sent} events in ${document.seconds} s: ${document.rate}/s of ${options.rate}/s` },
    ...Object.entries(replies).map(([kind, count]) => ({ what: kind, told: String(count) })),
    { what: 'event to reply', told: times(document.replyMilliseconds) },
    { what: 'event to read model', told: times(document.visibleMilliseconds) },
    { what: 'caught up', told: caughtUp(document.caughtUpMilliseconds, isInterrupted) },
    { what: 'parked', told: found(document.parked, isInterrupted) },
    { what: 'quarantined', told: found(document.quarantined, isInterrupted) },
    { what: 'unanswered', told: String(document.unanswered.length) },
    { what: 'unexpected', told: String(document.unexpected.count) },
  ];
  output.table(rows, '');
  for (const { event, fault, detail } of ended.tally.unexpected)
    output.line(`unexpected, event ${event}: ${fault}; it was ${detail}`);
  for (const id of ended.notParked) output.line(`not parked: event ${id}`);
  for (const pk of ended.notQuarantined) output.line(`not in quarantine: ${pk}`);
  if (isInterrupted) output.line('Interrupted: what is unanswered may be answered yet.');
  else if (ended.unanswered.length > 0) output.line('What the pipeline could not do: npx order-pipeline failed ls');
  output.line(`The same events again: --seed ${options.seed} --date ${options.date}. Whether the read model is as the table: npx order-pipeline reconcile`); // prettier-ignore
  return exitOf(ended);
}

function exitOf({ tally, notParked, notQuarantined, unanswered, caughtUpMs, isInterrupted }: Ended): ExitCode {
  if (tally.unexpectedCount + notParked.length + notQuarantined.length > 0) return EXIT.failed;
  if (isInterrupted) return EXIT.interrupted;
  if (unanswered.length > 0) return EXIT.noReply;
  return caughtUpMs === undefined ? EXIT.failed : EXIT.done;
}
