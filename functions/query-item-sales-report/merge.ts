/** `itemsSalesReport` of what is booked and what is not yet. */
import type { ItemSales } from '../shared/contract';
import type { ToldApart } from '../shared/unbooked-sales';

/** Of both, where an item has both. */
function add(to: Map<string, ItemSales>, { itemid, totalordered, lastorderdate }: ItemSales): void {
  const had = to.get(itemid);
  to.set(itemid, {
    itemid,
    totalordered: (had?.totalordered ?? 0) + totalordered,
    lastorderdate: had !== undefined && had.lastorderdate > lastorderdate ? had.lastorderdate : lastorderdate,
  });
}

/**
 * A page of the report. Nothing that is unbooked is negative, and no sum is: what is there of an item is only ever added to.
 *
 * @param booked its first `limit` rows behind `position`, in any order. Where more were booked, an item behind all of these may have
 *   an incomplete row here, but never one that is shown: `limit` complete ones come before it.
 * @param unbooked all that is, wherever it stands.
 * @returns at most `limit` rows behind `position`, by `itemid`.
 */
export function mergeItemSales(
  { booked, unbooked }: ToldApart<ItemSales>,
  position: string,
  limit: number,
): ItemSales[] {
  const sales = new Map<string, ItemSales>();
  for (const row of booked) add(sales, row);
  for (const [itemid, orderday, ordered] of unbooked)
    if (itemid > position) add(sales, { itemid, totalordered: ordered, lastorderdate: orderday });
  return [...sales.values()].sort((a, b) => (a.itemid < b.itemid ? -1 : 1)).slice(0, limit); // ids are ASCII: this is the database's order too
}
