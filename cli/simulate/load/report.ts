/** What is told of a load that has ended. */
import { EXIT, type ExitCode } from '../../exit';
import type { Output } from '../../output';
import { runOf } from './plan';
import type { Ended, LoadOptions } from './run';
import { quantilesOf, type Quantiles } from './tally';

/** As JSON; times are in milliseconds, rates in events a second. */
function documentOf(options: LoadOptions, ended: Ended) {
  const { tally, seconds, caughtUpMs, unanswered, unsure, cut } = ended;
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
    parked: { expected: ended.toBeParked, missing: ended.notParked ?? null },
    quarantined: { expected: ended.poisoned, missing: ended.notQuarantined ?? null },
    unanswered,
    unsure,
    unexpected: { count: tally.unexpectedCount, first: tally.unexpected },
    isInterrupted: cut?.code === EXIT.interrupted,
    cutShort: cut?.why ?? null,
  };
}

const times = (quantiles: Quantiles | undefined): string =>
  quantiles === undefined
    ? 'not measured'
    : `p50 ${quantiles.p50} ms, p99 ${quantiles.p99} ms, of ${quantiles.measured}`;

const found = (expected: number, missing: readonly string[] | undefined): string =>
  missing === undefined ? `${expected}, not looked for` : `${expected - missing.length} of ${expected}`;

function caughtUp({ caughtUpMs, cut }: Ended): string {
  if (caughtUpMs !== undefined) return `${Math.round(caughtUpMs)} ms after the last reply`;
  return cut === undefined ? 'an order that was made is not found in the read model' : 'not waited for';
}

/** @returns how the tool ends. */
export function reportLoad(output: Output, options: LoadOptions, ended: Ended): ExitCode {
  const document = documentOf(options, ended);
  output.document(document);
  const rows = [
    { what: 'sent', told: `${document.sent} events in ${document.seconds} s: ${document.rate}/s of ${options.rate}/s` },
    ...Object.entries(document.replies).map(([kind, count]) => ({ what: kind, told: String(count) })),
    { what: 'event to reply', told: times(document.replyMilliseconds) },
    { what: 'event to read model', told: times(document.visibleMilliseconds) },
    { what: 'caught up', told: caughtUp(ended) },
    { what: 'parked', told: found(ended.toBeParked, ended.notParked) },
    { what: 'quarantined', told: found(ended.poisoned, ended.notQuarantined) },
    { what: 'unanswered', told: String(document.unanswered.length) },
    { what: 'unexpected', told: String(document.unexpected.count) },
  ];
  output.table(rows, '');
  for (const { event, fault, detail } of ended.tally.unexpected)
    output.line(`unexpected, event ${event}: ${fault}; it was ${detail}`);
  for (const id of ended.notParked ?? []) output.line(`not parked: event ${id}`);
  for (const pk of ended.notQuarantined ?? []) output.line(`not in quarantine: ${pk}`);
  for (const line of wordsOfEnd(options, ended)) output.line(line);
  return exitOf(ended);
}

/** What cut it short, what is open, and what to do next. */
function wordsOfEnd({ seed, date }: LoadOptions, { cut, unanswered, unsure }: Ended): string[] {
  const isLost = unanswered.length > 0 && cut?.code !== EXIT.interrupted;
  return [
    ...(cut === undefined ? [] : [`Cut short: ${cut.why}. This is the report until then; events without an answer: ${unanswered.length}, which may be answered yet.`]), // prettier-ignore
    ...(unsure === 0 ? [] : [`${unsure} more were on their way: whether the bus took them is not known.`]),
    ...(cut?.code === EXIT.failed ? ['Whether the pipeline is there still: npx order-pipeline status'] : []),
    ...(isLost ? ['What the pipeline could not do: npx order-pipeline failed ls'] : []),
    `The same events again: --seed ${seed} --date ${date}. Whether the read model is as the table: npx order-pipeline reconcile`,
  ];
}

function exitOf({ tally, notParked = [], notQuarantined = [], unanswered, caughtUpMs, cut }: Ended): ExitCode {
  if (tally.unexpectedCount + notParked.length + notQuarantined.length > 0) return EXIT.failed;
  if (cut !== undefined) return cut.code;
  if (unanswered.length > 0) return EXIT.noReply;
  return caughtUpMs === undefined ? EXIT.failed : EXIT.done;
}
