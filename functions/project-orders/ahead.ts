/**
 * The way ahead: a delivery of nothing but new orders is written without a look at what is there, in one round trip instead of two. Where
 * an order has a row (1062), or anything is in quarantine (1242), nothing of it is written, and the ordinary way does it.
 * docs/adr/0015-sales-set-aside.md
 */
import type { TransactionSql } from '../shared/database';
import type { OrderState } from './order-state';
import { orders, writeNew } from './orders';
import { named, type BatchOutcome } from './project-batch';
import { readBatch } from './read-batch';
import type { Image } from './state';
import { requireNoQuarantine } from './statements';

/** What a function instance remembers from one delivery to the next. It tells how to write one, and never what. */
export interface Ahead {
  /** Deliveries, up to the last, of which everything was new. After none, the next is looked for first: a stream delivers again. */
  newInARow: number;
  /** Deliveries that may be written ahead before one books all that is unbooked. */
  untilBooking: number;
  /** Whether sums of one of those were set aside. */
  hasSetAside: boolean;
  /** Whether so many sums, by item and day, are worth it. Fewer are booked as fast; more would make whoever reads them wait. */
  readonly setsAside: (sums: number) => boolean;
}

/**
 * Deliveries written ahead before one books: the more, the less each costs, and the more whoever reads sums has to add. Twenty, and up to
 * ten more or fewer, drawn anew each time: instances that began together would go on booking together, and leave more between.
 */
const drawDeliveries = (random: () => number): number => 10 + Math.floor(random() * 21);

/** Fewer records than this are a quiet hour: what was set aside is booked with theirs. */
const FEW = 10;

/** After fewer new deliveries in a row, changes come between. They must take all that is unbooked, and wait for each other for it. */
const SURE = 5;

/** A new instance. It begins by booking: nobody else may be left of those that set sales aside. */
export const startCareful = (): Ahead => ({
  newInARow: 0,
  untilBooking: 0,
  hasSetAside: false,
  setsAside: (sums) => sums >= 20 && sums <= 300,
});

const isInsert = (record: unknown): boolean => (record as { eventName?: unknown } | null)?.eventName === 'INSERT';

const isTimeToBook = ({ untilBooking, hasSetAside }: Ahead, records: number): boolean =>
  untilBooking <= 0 || (hasSetAside && records < FEW);

/** @returns the orders that these records tell of, sorted by id, if that is all they tell, and now is the time to go ahead. */
export function ordersAhead(ahead: Ahead, records: readonly unknown[]): Image<OrderState>[] | undefined {
  if (ahead.newInARow === 0 || isTimeToBook(ahead, records.length) || !records.every(isInsert)) return undefined;
  const { changes } = readBatch(orders, records);
  const images = changes.flatMap(({ image, uncertain }) => (image === undefined || uncertain ? [] : [image]));
  return images.length === records.length ? images : undefined; // fewer, where one is bad, or of something else, or there twice
}

/**
 * Writes new orders, within the caller's transaction. Counted before COMMIT: where nobody knows whether that took effect, one books sooner.
 *
 * @throws at COMMIT, errors 1062 and 1242 where it is not to be.
 */
export async function writeAhead(
  sql: TransactionSql,
  images: readonly Image<OrderState>[],
  ahead: Ahead,
): Promise<BatchOutcome> {
  await requireNoQuarantine(sql);
  const setsAside = (sums: number): boolean => ahead.newInARow >= SURE && ahead.setsAside(sums);
  const states = images.map(({ state }) => state);
  ahead.untilBooking -= 1;
  if (await writeNew(sql, states, setsAside)) ahead.hasSetAside = true;
  const projected = images.map((image) => named(orders.prefix, image));
  return { projected, quarantined: [], isAllNew: true, hasBooked: false };
}

/**
 * Remembers what came of a delivery, once it is committed: what was rolled back is not booked.
 *
 * @param random from 0 to 1
 */
export function remember(ahead: Ahead, { isAllNew, hasBooked }: BatchOutcome, random: () => number): void {
  ahead.newInARow = isAllNew ? ahead.newInARow + 1 : 0;
  if (!hasBooked) return;
  ahead.untilBooking = drawDeliveries(random);
  ahead.hasSetAside = false;
}
