/** `monthlySalesByItem` of what is booked and what is not yet. */
import { monthOf } from '../shared/month';
import type { ToldApart } from '../shared/unbooked-sales';

/** What was ordered of an item in a month. */
export interface Month {
  /** Such as 202210. */
  readonly month: number;
  readonly ordered: number;
}

/** Which months of which item. */
export interface Wanted {
  readonly itemid: string;
  /** Months before the one that begins on this day, `YYYY-MM-01`; all of them without it. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/**
 * A page of the report.
 *
 * @param booked the item's first `limit` months, in any order. Where more were booked, an earlier month than these may be incomplete
 *   here, but never shown: `limit` complete ones come before it.
 * @param unbooked what is, of other items and months too.
 * @returns at most `limit` months, newest first.
 */
export function mergeMonths({ booked, unbooked }: ToldApart<Month>, { itemid, before, limit }: Wanted): Month[] {
  const months = new Map(booked.map(({ month, ordered }) => [month, ordered]));
  for (const [its, orderday, ordered] of unbooked) {
    if (its !== itemid || (before !== undefined && orderday >= before)) continue;
    const month = monthOf(orderday);
    months.set(month, (months.get(month) ?? 0) + ordered);
  }
  return [...months]
    .map(([month, ordered]) => ({ month, ordered }))
    .sort((a, b) => b.month - a.month)
    .slice(0, limit);
}
