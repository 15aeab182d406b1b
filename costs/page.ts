/** docs/costs.md, from the numbers of the template, of a run in memory and of the price list. */
import { ASSUMED } from './assumptions';
import { addedBy, billOf, total, type Line } from './bill';
import { dollars, markdownTable, price, quantity } from './markdown';
import { measurePipeline } from './measure';
import { PRICES } from './prices';
import { SEED, seedFootprint } from './seed';
import type { Footprint, Stack } from './stack';
import { templateStack } from './template-numbers';
import { assumptions, leftOut } from './page-notes';
import type { Load } from './usage';

const MONTH = 730;
const MILLION: Load = { orders: 1e6, hours: MONTH };
const IDLE: Load = { orders: 0, hours: MONTH };
const LOADS = [0, 1e4, 1e6, 1e8].map((orders): Load => ({ orders, hours: MONTH }));

/** A stack together with what an order leaves behind in it. */
type Counted = readonly [Stack, Footprint];

/** The figures that other documents repeat. */
export interface Figures {
  readonly idle: string;
  readonly million: string;
  readonly awake: string;
  readonly comparedIdle: string;
}

export interface Page {
  readonly text: string;
  readonly figures: Figures;
}

/** @param stack the template's numbers; a test passes others. */
export async function costsPage(stack: Stack = templateStack()): Promise<Page> {
  const ours: Counted = [stack, await measurePipeline()];
  const seed: Counted = [SEED, seedFootprint()];
  const figures = {
    idle: dollars(total(billOf(...ours, IDLE))),
    million: dollars(total(addedBy(...ours, MILLION))),
    awake: dollars(ASSUMED.leastCapacity * MONTH * PRICES['Aurora capacity'].usd),
    comparedIdle: dollars(total(billOf(...seed, IDLE))),
  };
  const sections = [
    introduction(figures),
    totals(ours, seed),
    chart(ours, seed),
    '## A month of standing idle',
    bill(billOf(...ours, IDLE)),
    'The stack compared with, in the same month:',
    bill(billOf(...seed, IDLE)),
    '## A million orders',
    `What a million new orders add when they come evenly over a month, the hours of the database aside. It is awake all that month: ${figures.awake} more, unless \`DatabaseMinCapacity\` has it awake anyway.`,
    bill(addedBy(...ours, MILLION)),
    share(addedBy(...ours, MILLION)),
    'The stack compared with:',
    bill(addedBy(...seed, MILLION)),
    '## What changes it',
    changes(ours),
    'And when the orders come. The database is awake while they do, and for five minutes after; many at once share an invocation of the projector:',
    arrivals(ours),
    assumptions(ours[1], seed[1]),
    leftOut,
    prices(),
  ];
  return { text: `${sections.join('\n\n')}\n`, figures };
}

const introduction = ({ idle, million, awake, comparedIdle }: Figures): string =>
  `# Costs

<!-- npm run costs writes this page; a test holds it. -->

Standing idle: **${idle} a month**. A million orders: **${million}**, and up to ${awake} for the database that they keep awake. The [pattern of AWS's samples](https://github.com/aws-samples/step-functions-workflows-collection/tree/main/cqrs) that does the same with two NAT gateways and a database that is always on costs ${comparedIdle} idle.

US dollars, region us-east-1, list prices without free tiers, taxes and discounts. Computed by \`npm run costs\` from \`template.yaml\` with its parameters at their defaults, from one run of the workflow in the tests' interpreter, and from the [prices](#prices) below. Nothing here was read from a bill: [what is assumed](#what-is-assumed) is assumed.`;

const named = (orders: number): string => (orders === 0 ? 'none: idle' : orders.toLocaleString('en-US'));

const totals = (ours: Counted, seed: Counted): string =>
  markdownTable('rrrr', [
    ['orders a month, evenly', 'this stack', 'compared', 'times'],
    ...LOADS.map((load) => {
      const [mine, other] = [total(billOf(...ours, load)), total(billOf(...seed, load))];
      return [named(load.orders), dollars(mine), dollars(other), (other / mine).toFixed(1)];
    }),
  ]);

function chart(ours: Counted, seed: Counted): string {
  const bars = LOADS.slice(0, 3).flatMap((load) => [total(billOf(...ours, load)), total(billOf(...seed, load))]);
  const labels = LOADS.slice(0, 3).flatMap(({ orders }) => {
    const name = orders === 0 ? 'idle' : named(orders);
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

const bill = (lines: readonly Line[]): string =>
  markdownTable('llrlrr', [
    ['service', 'what', 'quantity', 'of', 'price', 'cost'],
    ...lines.map(({ service, what, quantity: used, usd }) => {
      const { unit, usd: each } = PRICES[what];
      return [service, what, quantity(used), unit, price(each), dollars(usd)];
    }),
    ['**together**', '', '', '', '', `**${dollars(total(lines))}**`],
  ]);

function share(lines: readonly Line[]): string {
  const services = [...new Set(lines.map(({ service }) => service))];
  const slices = services.map((service) => {
    const usd = total(lines.filter((line) => line.service === service));
    return `  "${service}" : ${usd.toFixed(2)}`;
  });
  return ['```mermaid', 'pie showData title Dollars a million orders', ...slices, '```'].join('\n');
}

function changes([stack, footprint]: Counted): string {
  const rows: [string, Stack][] = [
    ['as it is', stack],
    ['`Logging.Level: ERROR` of the workflow', { ...stack, workflowLog: { ...stack.workflowLog, level: 'ERROR' } }],
    ['`LogPayloads=true`', { ...stack, workflowLog: { ...stack.workflowLog, payloads: true } }],
    ['`LogLevel=WARN`', { ...stack, projector: { ...stack.projector, logLevel: 'WARN' } }],
    ['`ArchiveDays=0`', { ...stack, archiveDays: 0 }],
    ['`ArchiveDays=365`', { ...stack, archiveDays: 365 }],
    ['`LogRetentionDays=365`', { ...stack, logDays: 365 }],
    ['`DatabaseMinCapacity=0.5`', { ...stack, minCapacity: 0.5 }],
  ];
  return markdownTable('lrrr', [
    ['change', 'idle', 'a million orders', 'a month with a million'],
    ...rows.map(([name, changed]) => [
      name,
      dollars(total(billOf(changed, footprint, IDLE))),
      dollars(total(addedBy(changed, footprint, MILLION))),
      dollars(total(billOf(changed, footprint, MILLION))),
    ]),
  ]);
}

const arrivals = (ours: Counted): string =>
  markdownTable('lrr', [
    ['a million orders within', 'database', 'the month'],
    ...[MONTH, 176, 10, 1].map((hours) => {
      const lines = billOf(...ours, { orders: 1e6, hours });
      const capacity = total(lines.filter(({ what }) => what === 'Aurora capacity'));
      return [hours === MONTH ? 'the whole month' : `${hours} hours`, dollars(capacity), dollars(total(lines))];
    }),
  ]);

const prices = (): string =>
  [
    '## Prices',
    "AWS's own price pages are the authority; look there before you decide anything. Read on 2026-11-24 from stored copies, whose dates are below; the newest that could be found. A file of infracost is what AWS's price list gave at its date.",
    markdownTable('llrll', [
      ['what', 'of', 'price', 'source', 'as of'],
      ...Object.entries(PRICES).map(([what, { unit, usd, source, date }]) => [what, unit, price(usd), source, date]),
    ]),
  ].join('\n\n');
