/** docs/costs.md, from the numbers of the template, of a run in memory and of the price list. */
import { ASSUMED, MONTH_HOURS } from './assumptions';
import { addedBy, billOf, total } from './bill';
import { IDLE, MILLION, type Counted } from './loads';
import { dollars } from './markdown';
import { measurePipeline } from './measure';
import { PRICES } from './prices';
import { SEED, seedFootprint } from './seed';
import { templateStack } from './template-numbers';
import { chart, largest, share } from './page-charts';
import { assumptions, leftOut, prices } from './page-notes';
import { arrivals, bill, changes, totals } from './page-tables';

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

/** The page as it is to be, with the figures that stand in other documents too. */
export async function costsPage(): Promise<Page> {
  const ours: Counted = [templateStack(), await measurePipeline()];
  const seed: Counted = [SEED, seedFootprint()];
  const figures = {
    idle: dollars(total(billOf(...ours, IDLE))),
    million: dollars(total(addedBy(...ours, MILLION))),
    awake: dollars(ASSUMED.leastCapacity * MONTH_HOURS * PRICES['Aurora capacity'].usd),
    comparedIdle: dollars(total(billOf(...seed, IDLE))),
  };
  const sections = [
    introduction(figures),
    totals(ours, seed),
    'Evenly, 10,000 orders a month are one every four minutes, and the database sleeps five minutes after the last: it is awake most of the month.',
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
    largest(billOf(...ours, IDLE), addedBy(...ours, MILLION)),
    changes(ours),
    'And when the orders come. The database is awake while they do, and for five minutes after; many at once share an invocation of the projector:',
    arrivals(ours),
    assumptions(ours[1], seed[1]),
    leftOut(),
    prices(),
  ];
  return { text: `${sections.join('\n\n')}\n`, figures };
}

const introduction = ({ idle, million, awake, comparedIdle }: Figures): string =>
  `# Costs

<!-- npm run costs writes this page; a test holds it. -->

Standing idle: **${idle} a month**. A million orders: **${million}**, and up to ${awake} for the database that they keep awake. The [pattern of AWS's samples](https://github.com/aws-samples/step-functions-workflows-collection/tree/main/cqrs) that does the same with two NAT gateways and a database that is always on costs ${comparedIdle} idle.

US dollars, region us-east-1, list prices without free tiers, taxes and discounts. Computed by \`npm run costs\` from \`template.yaml\` with its parameters at their defaults, from one run of the workflow in the tests' interpreter, and from the [prices](#prices) below. Nothing here was read from a bill: [what is assumed](#what-is-assumed) is assumed.`;
