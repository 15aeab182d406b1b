/** The steps of the tour, with the figures that each must come to. */
import type { Output } from '../output';
import type { Pipeline } from '../pipeline';
import { CUSTOMERS, FLIGHTS, flightsOf } from './desk';
import { emptyAll } from './empty';
import { duplicates, malformed, poison } from './faults';
import { cancel, change, count, order, passengers, registerAll, travellers, type Desk, type Outcome } from './steps';

/** One step. */
export interface TourStep {
  /** What follows `order-pipeline simulate` to do it by oneself. */
  readonly command: string;
  /** What happens in the pipeline, for somebody who sees it for the first time. */
  readonly why: string;
  readonly expected: number;
  readonly run: (guide: Guide) => Promise<Outcome>;
}

export interface Chapter {
  readonly title: string;
  readonly steps: readonly TourStep[];
}

/** What the steps work with. */
export interface Guide {
  readonly desk: Desk;
  readonly pipeline: Pipeline;
  readonly output: Output;
}

const MU5159 = FLIGHTS[0] ?? { number: '', from: '', to: '' };

/** Customers of the tour on flights that touch a city. */
const expectedIn = (city: string): number =>
  Array.from({ length: CUSTOMERS }, (_, n) => n).filter((n) =>
    flightsOf(n).some(({ from, to }) => [from, to].includes(city)),
  ).length;

const aboard = (expected: number, why: string): TourStep => ({
  command: 'passengers MU5159',
  why,
  expected,
  run: ({ desk }) => passengers(desk, MU5159),
});
const counted = (expected: number, why: string): TourStep => ({
  command: 'count',
  why,
  expected,
  run: ({ desk }) => count(desk),
});
const ordered = (expected: number, why: string): TourStep => ({
  command: 'order',
  why,
  expected,
  run: ({ desk }) => order(desk),
});
const registered = (why: string): TourStep => ({
  command: 'customers',
  why,
  expected: 20,
  run: ({ desk }) => registerAll(desk),
});

export const CHAPTERS: readonly Chapter[] = [
  {
    title: 'Customers',
    steps: [
      registered('Every registration is a command on the event bus. The workflow writes it into DynamoDB and answers; a stream carries it on into MySQL, where questions are answered.'), // prettier-ignore
      counted(20, 'The question is an event too. Its answer comes out of MySQL: the read model has followed.'),
    ],
  },
  {
    title: 'Orders',
    steps: [
      ordered(40, 'Customer i orders flight i and flight i + 1, of five. A flight on a date is an item.'),
      aboard(8, 'Whom to tell when this flight is late.'),
      { command: 'city Beijing', why: 'Whom to warn when the weather there is bad: flights have their cities as tags.', expected: expectedIn('Beijing'), run: ({ desk }) => travellers(desk, 'Beijing') }, // prettier-ignore
      { command: 'change', why: 'Five orders, drawn by lot, get another number of seats: their version is 2 now.', expected: 5, run: ({ desk }) => change(desk) }, // prettier-ignore
      aboard(8, 'More seats, the same passengers.'),
      { command: 'cancel', why: 'Of each flight, half of the passengers cancel; the lot decides who.', expected: 20, run: ({ desk }) => cancel(desk) }, // prettier-ignore
      aboard(4, 'Cancelled orders count in no report.'),
      ordered(20, 'Who cancelled orders again: a cancelled order stays cancelled, so these are new ones.'),
      aboard(8, 'All are back.'),
    ],
  },
  {
    title: 'Errors',
    steps: [
      { command: 'malformed', why: 'An order with three faults. It is answered by one refusal that names all three, and nothing is written.', expected: 1, run: ({ desk }) => malformed(desk) }, // prettier-ignore
      { command: 'malformed --poison', why: 'Somebody writes into DynamoDB past the workflow, and it is no order. The projector puts it aside, with the reason, and goes on: npx order-pipeline quarantine ls', expected: 1, run: ({ pipeline }) => poison(pipeline) }, // prettier-ignore
    ],
  },
  {
    title: 'Duplicates',
    steps: [
      { command: 'empty --yes', why: 'Everything goes: orders, customers, flights, the quarantine, and the samples of npm start.', expected: 0, run: empty }, // prettier-ignore
      counted(0, 'Nobody is left.'),
      { command: 'duplicates', why: 'One registration, sent five times, as an impatient sender does. One takes effect; four get the same answer, marked as a duplicate.', expected: 4, run: ({ desk }) => duplicates(desk) }, // prettier-ignore
      counted(1, 'One customer, not five.'),
    ],
  },
  {
    title: 'Open again',
    steps: [
      registered('So that there is something to look at. The one who is registered already is a duplicate once more.'),
      ordered(40, 'The same ids and keys as before: after a reset they are as good as new.'),
      aboard(8, 'As in the beginning.'),
    ],
  },
];

async function empty({ pipeline, output, desk }: Guide): Promise<Outcome> {
  await emptyAll(pipeline, output);
  const { figure } = await count(desk);
  return { figure, words: 'everything is empty' };
}
