/** `itemsSalesReport`: what was ordered of each item, over all active orders, by item. */
import { idSchema, type ItemSales } from '../shared/contract';
import type { Query } from '../shared/query';
import { tellApart, type BookedOrNot } from '../shared/unbooked-sales';
import { mergeItemSales } from './merge';

/**
 * The latest day is one look at the end of the item's days: a row costs the same however many orders there are. It is sorted by the
 * item too, which is the same one in all its days, since MySQL (8.0 and 9.7) reads and sorts all of them where the order is not the key's.
 */
const SELECT = `
  (SELECT sales.itemid, sales.ordered AS totalordered, (
      SELECT day.orderday FROM daily_item_sales day
      WHERE day.itemid = sales.itemid AND day.orders > 0
      ORDER BY day.itemid DESC, day.orderday DESC LIMIT 1
    ) AS lastorderdate, NULL AS unbooked
  FROM item_sales sales
  WHERE sales.orders > 0 AND sales.itemid > ?
  ORDER BY sales.itemid
  LIMIT ?)
  UNION ALL (SELECT NULL, NULL, NULL, sales FROM unbooked_sales)`;

/** Sorts before every item's id. */
const START = '';

const fields = {};

export const itemsSalesReport: Query<typeof fields, ItemSales> = {
  name: 'itemsSalesReport',
  fields,
  position: idSchema,
  async rows(sql, _input, limit, position = START) {
    const rows = await sql.select<BookedOrNot<ItemSales>>(SELECT, [position, limit]);
    return mergeItemSales(tellApart(rows), position, limit).map((row) => ({ row, position: row.itemid }));
  },
};
