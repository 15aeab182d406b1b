/** The events of a load, all told by its options: the same options, the same events. */
import { createHash } from 'node:crypto';
import { brokenEvent } from '../broken';
import { customerOf, flightOf, itemOf, registerCustomer, registerFlight, type Detail } from '../desk';
import { below, seededRandom } from '../random';

/** What decides about the events. Shares are of 0 to 1, of the orders. */
export interface PlanOptions {
  readonly orders: number;
  readonly customers: number;
  /** How many flights there are. */
  readonly items: number;
  /** How unevenly they are booked: the nth gets 1/n^skew of what the first one gets. */
  readonly skew: number;
  readonly seed: number;
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly dup: number;
  readonly reorder: number;
  readonly broken: number;
  readonly poison: number;
}

/** What must come of an event. */
export type Expected =
  /** Its reply says this; the version is unknown where others may have changed the same subject. */
  | { readonly as: 'done'; readonly status: string; readonly version?: number }
  /** The same, or `orderNotFound`: it was sent before what it needs. */
  | { readonly as: 'done or too early'; readonly status: string; readonly version: number }
  /** A refusal for its shape. */
  | { readonly as: 'refused' }
  /** No reply: it is parked. */
  | { readonly as: 'parked' };

/** An event to be sent. */
export interface PlannedEvent {
  readonly kind: 'orderCommand' | 'orderQuery';
  readonly detail: unknown;
  readonly expected: Expected;
}

/** What belongs together: each step is sent once all of the one before is answered. */
export interface Lane {
  readonly steps: readonly (readonly PlannedEvent[])[];
  /** The order that it creates. */
  readonly orderId?: string;
  /** Key of an item that is put into the orders table instead of sending anything. */
  readonly poison?: string;
}

type Random = () => number;

/** Of the orders: changed, cancelled in the end. */
const CHANGED = 0.25;
const CANCELLED = 0.1;
const MOST_SEATS = 4;

/** Tells the orders of one plan from those of any other. */
export function runOf(options: PlanOptions): string {
  const { orders, customers, items, skew, seed, date, dup, reorder, broken, poison } = options;
  const told = [orders, customers, items, skew, seed, date, dup, reorder, broken, poison];
  return createHash('sha256').update(JSON.stringify(told)).digest('hex').slice(0, 8);
}

/** Registrations first, then the orders with what goes wrong between them. */
export function* planOf(options: PlanOptions): Generator<Lane> {
  const { orders, customers, items, date, seed, broken, poison } = options;
  for (let n = 0; n < items; n += 1) yield registration(registerFlight(flightOf(n), date), 'itemRegistered');
  for (let n = 0; n < customers; n += 1) yield registration(registerCustomer(n), 'customerRegistered');
  const random = seededRandom(seed);
  const flight = skewed(items, options.skew);
  const run = runOf(options);
  for (let n = 1; n <= orders; n += 1) {
    if (random() < broken) yield { steps: [[brokenOf(random)]] };
    if (random() < poison) yield { steps: [], poison: `order#load-${run}:poison-${n}` };
    yield orderLane(options, { orderId: `load-${run}:${n}`, flight, random });
  }
}

const command = (detail: Detail, expected: Expected): PlannedEvent => ({ kind: 'orderCommand', detail, expected });

const registration = (detail: Detail, status: string): Lane => ({
  steps: [[command(detail, { as: 'done', status })]],
});

function brokenOf(random: Random): PlannedEvent {
  const { kind, detail, parked } = brokenEvent(random);
  return { kind, detail, expected: { as: parked === true ? 'parked' : 'refused' } };
}

interface Making {
  readonly orderId: string;
  /** Draws a flight. */
  readonly flight: (random: Random) => number;
  readonly random: Random;
}

function orderLane(options: PlanOptions, { orderId, flight, random }: Making): Lane {
  const booked = () =>
    Array.from({ length: 1 + below(2, random) }, () => ({
      itemid: itemOf(flightOf(flight(random)), options.date),
      quantity: 1 + below(MOST_SEATS, random),
    }));
  const customerId = customerOf(below(options.customers, random));
  const create = command({ command: 'createOrder', commandId: 'create', orderId, customerId, items: booked() }, { as: 'done', status: 'orderCreated', version: 1 }); // prettier-ignore
  const update = (expected: Expected): PlannedEvent =>
    command({ command: 'updateOrder', commandId: 'update', orderId, items: booked() }, expected);
  if (random() < options.reorder) {
    const early = update({ as: 'done or too early', status: 'orderUpdated', version: 2 });
    return { orderId, steps: repeated([[early, create]], options.dup, random) };
  }
  const steps = [[create]];
  if (random() < CHANGED) steps.push([update({ as: 'done', status: 'orderUpdated', version: 2 })]);
  if (random() < CANCELLED) {
    const version = steps.length + 1;
    steps.push([command({ command: 'cancelOrder', commandId: 'cancel', orderId }, { as: 'done', status: 'orderCancelled', version })]); // prettier-ignore
  }
  return { orderId, steps: repeated(steps, options.dup, random) };
}

/** Some commands once more: half of them at once, half when all else of the order is done. */
function repeated(steps: readonly PlannedEvent[][], dup: number, random: Random): PlannedEvent[][] {
  const late: PlannedEvent[] = [];
  const sent = steps.map((step) => {
    const now = step.flatMap((event) => {
      if (random() >= dup) return [event];
      const again = random() < 0.5 ? event : reworded(event);
      if (random() < 0.5) return [event, again];
      late.push(again);
      return [event];
    });
    return now;
  });
  return late.length > 0 ? [...sent, late] : sent;
}

/** The same command under the same key in other words: the order of items does not count, nor do fields that nobody knows. */
function reworded(event: PlannedEvent): PlannedEvent {
  const { items, ...detail } = event.detail as Detail & { readonly items?: readonly unknown[] };
  return { ...event, detail: { attempt: 2, ...detail, ...(items && { items: items.toReversed() }) } };
}

/** @returns draws a number below `count`, 0 the most often. */
function skewed(count: number, skew: number): (random: Random) => number {
  const sums: number[] = [];
  for (let n = 1; n <= count; n += 1) sums.push((sums.at(-1) ?? 0) + n ** -skew);
  const total = sums.at(-1) ?? 0;
  return (random) => {
    const drawn = random() * total;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) > drawn) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
