/**
 * The way ahead: a delivery of nothing but new orders is written without a look at what is there, in one round trip instead of two. Where
 * an order has a row (1062), or anything is in quarantine (1242), nothing of it is written, and the ordinary way does it.
 * docs/adr/0015-sales-set-aside.md
 */
import type { TransactionSql } from '../shared/database';
import type { OrderState } from './order-state';
import { orders, writeNew } from './orders';
import { named, type BatchOutcome, type Outcome } from './project-batch';
import { readBatch } from './read-batch';
import type { Image } from './state';
import { requireNoQuarantine } from './statements';

/** What a function instance remembers from one delivery to the next. It tells how to write one, and never what. */
export interface Ahead {
  /** The last delivery that was looked for was not all new: so will the next be, as where a stream delivers again. True at the beginning. */
  isCareful: boolean;
  /** Deliveries whose sums were kept since the ordinary way booked all that was kept. */
  kept: number;
  /** Whether so many sums, by item and day, are kept to be booked with those of others. Fewer are booked as fast; more would make whoever reads them wait. */
  readonly isKept: (sums: number) => boolean;
}

export const startCareful = (): Ahead => ({ isCareful: true, kept: 0, isKept: (sums) => sums >= 20 && sums <= 300 });

/** Deliveries whose sums are kept before they are booked: the more, the less each costs, and the more whoever reads sums has to add. */
const KEPT = 20;

/** Fewer records than this are a quiet hour: what was kept is booked with theirs. */
const FEW = 10;

const isInsert = (record: unknown): boolean => (record as { eventName?: unknown } | null)?.eventName === 'INSERT';

/** @returns the orders that these records tell of, sorted by id, if that is all they tell, and now is the time to go ahead. */
export function ordersAhead(ahead: Ahead, records: readonly unknown[]): Image<OrderState>[] | undefined {
  const isTimeToBook = ahead.kept >= KEPT || (ahead.kept > 0 && records.length < FEW);
  if (ahead.isCareful || isTimeToBook || !records.every(isInsert)) return undefined;
  const { changes } = readBatch(orders, records);
  const images = changes.flatMap(({ image, uncertain }) => (image === undefined || uncertain ? [] : [image]));
  return images.length === records.length ? images : undefined; // fewer, where one is bad, or of something else, or there twice
}

/**
 * Writes new orders, within the caller's transaction.
 *
 * @throws at COMMIT, errors 1062 and 1242 where it is not to be.
 */
export async function writeAhead(
  sql: TransactionSql,
  images: readonly Image<OrderState>[],
  ahead: Ahead,
): Promise<Outcome> {
  await requireNoQuarantine(sql);
  if (await writeNew(sql, images.map(({ state }) => state), ahead.isKept)) ahead.kept += 1; // prettier-ignore
  return { projected: images.map((image) => named(orders.prefix, image)), quarantined: [] };
}

/** Remembers what the ordinary way saw. */
export function remember(ahead: Ahead, { isAllNew, hasBooked }: BatchOutcome): void {
  ahead.isCareful = !isAllNew;
  if (hasBooked) ahead.kept = 0;
}
