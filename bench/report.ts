/** The results as Markdown. */
import type { RebuildResult } from './rebuild-bench';
import { lossesReport } from './losses/report';
import type { Results } from './results';
import { held } from './ratios';
import type { Spread } from './statistics';

const number = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

const told = (spread: Spread | undefined): string =>
  spread === undefined
    ? '–'
    : `${number.format(spread.median)} (${number.format(spread.min)}–${number.format(spread.max)})`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const SLOW = '2.5 ms more';

function ratioTable(results: Results): string {
  const rows = held(results).map(({ what, value, unit, bar, aim }) => [what, `${number.format(value)}${unit}`, bar, aim]); // prettier-ignore
  return `### Ratios\n\n${table(['what', 'measured', 'bar', 'aim'], rows)}`;
}

function projectionTable({ projection = [] }: Results): string {
  const rows = projection.map((one) => [
    one.way, one.scenario, String(one.batch), String(one.writers), one.isDelayed ? SLOW : '–', told(one.ordersPerSecond), one.roundTripsPerBatch?.toFixed(1) ?? '–',
  ]); // prettier-ignore
  return `### Orders a second\n\n${table(['way', 'orders are', 'batch', 'writers', 'round trip', 'orders/s: median (min–max)', 'round trips a batch'], rows)}`; // prettier-ignore
}

function queryTable({ queries = [] }: Results): string {
  const rows = queries.map(({ query, orders, milliseconds, fromRows }) => [query, number.format(orders), told(milliseconds), told(fromRows)]); // prettier-ignore
  return `### Queries, in milliseconds\n\n${table(['query', 'orders', 'as it is', 'the same from rows'], rows)}`;
}

function rebuildTable({ orders, segments, ordersPerSecond, filling, others, seed }: RebuildResult): string {
  const rows = [
    [`rebuild of ${number.format(orders)} orders, ${segments} segments: orders/s`, told(ordersPerSecond)],
    ['of it, filling the copy, in ms', told(filling)],
    ['of it, making, judging, swapping and dropping tables, in ms', told(others)],
    ['the seed’s way, a record an invocation: orders/s', told(seed)],
  ];
  return `### Rebuild, with 2.5 ms more a round trip\n\n${table(['what', 'median (min–max)'], rows)}`;
}

function pipelineTable({ pipeline }: Results): string {
  const rows = [
    ['a command, from sending it to its reply, in ms', told(pipeline?.commandMilliseconds)],
    ['orders a second, from sending the first to projecting the last', told(pipeline?.ordersPerSecond)],
  ];
  return `### The whole pipeline, on the local cloud\n\n${table(['what', 'median (min–max)'], rows)}`;
}

function bundleTable({ bundles = [] }: Results): string {
  const rows = bundles.map((one) => [one.bundle, String(one.kilobytes), told(one.loadMilliseconds), told(one.megabytes)]); // prettier-ignore
  return `### Bundles\n\n${table(['bundle', 'KB', 'ms to load', 'MB of memory'], rows)}`;
}

function circumstances(results: Results): string {
  const { date, mode, machine, versions, loadBefore, loadAfter, commit, roundTrip } = results;
  const software = Object.entries(versions).map(([name, version]) => (name === 'database' ? version : `${name} ${version}`)); // prettier-ignore
  const trip = roundTrip === undefined ? '' : ` A round trip took ${roundTrip.direct} ms, and ${roundTrip.delayed} ms through the proxy.`; // prettier-ignore
  return `Measured ${date.slice(0, 10)}, ${mode} run, at ${commit}, on ${machine}; ${software.join(', ')}. Load average ${loadBefore} before, ${loadAfter} at the end.${trip}`;
}

/** @param plots Markdown of the plots. */
export function report(results: Results, plots: string): string {
  return [
    circumstances(results),
    ...(held(results).length > 0 ? [ratioTable(results)] : []),
    plots,
    ...(results.projection ? [projectionTable(results)] : []),
    ...(results.queries ? [queryTable(results)] : []),
    ...(results.rebuild ? [rebuildTable(results.rebuild)] : []),
    ...(results.losses ? [lossesReport(results.losses)] : []),
    ...(results.pipeline ? [pipelineTable(results)] : []),
    ...(results.bundles ? [bundleTable(results)] : []),
  ].join('\n\n');
}
