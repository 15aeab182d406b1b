/** The page's charts, and what they show in words. */
import { billOf, total, type Line } from './bill';
import { LOADS, type Counted } from './loads';

export function chart(ours: Counted, seed: Counted): string {
  const bars = LOADS.slice(0, 3).flatMap((load) => [total(billOf(...ours, load)), total(billOf(...seed, load))]);
  const labels = LOADS.slice(0, 3).flatMap(({ orders }) => {
    const name = orders === 0 ? 'idle' : orders.toLocaleString('en-US');
    return [`"${name}"`, `"${name}, compared"`];
  });
  const lines = [
    'xychart-beta',
    '  title "Dollars a month, by orders a month"',
    `  x-axis [${labels.join(', ')}]`,
    '  y-axis "dollars"',
    `  bar [${bars.map((usd) => usd.toFixed(2)).join(', ')}]`,
  ];
  return ['```mermaid', ...lines, '```'].join('\n');
}

const servicesOf = (lines: readonly Line[]): [string, number][] =>
  [...new Set(lines.map(({ service }) => service))].map((service) => [
    service,
    total(lines.filter((line) => line.service === service)),
  ]);

export function share(lines: readonly Line[]): string {
  const slices = servicesOf(lines).map(([service, usd]) => `  "${service}" : ${usd.toFixed(2)}`);
  return ['```mermaid', 'pie showData title Dollars a million orders', ...slices, '```'].join('\n');
}

/** The service that most of a bill is for, with its share. */
function top(lines: readonly Line[]): string {
  const shares = servicesOf(lines).toSorted(([, one], [, other]) => other - one);
  const [name, usd] = shares[0] ?? ['nothing', 0];
  return `**${name}** (${Math.round((100 * usd) / total(lines))} %)`;
}

export const largest = (idle: readonly Line[], million: readonly Line[]): string =>
  `Idle, most of it is ${top(idle)}; of a million orders, ${top(million)}. The console draws an EXPRESS execution from its log alone: with \`WorkflowLogLevel=ERROR\` it cannot show those that succeeded, nor the way of those that failed. The names are parameters of the template.`;
