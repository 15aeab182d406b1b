/** Sums as reports tell them, for judges that read them by SQL: what is booked, and what is set aside. */
import { UNBOOKED } from '../../functions/shared/unbooked-sales';

/** @param key columns of the table, and of what is set aside. */
const allOf = (table: string, ...key: string[]): string => `(
  SELECT ${key.join(', ')}, CAST(SUM(quantity) AS SIGNED) AS ordered, CAST(SUM(number) AS SIGNED) AS orders
    FROM (SELECT ${key.join(', ')}, ordered AS quantity, orders AS number FROM ${table}
          UNION ALL
          SELECT ${key.map((column) => `unbooked.${column}`).join(', ')}, unbooked.ordered, unbooked.orders FROM ${UNBOOKED}) parts
    GROUP BY ${key.join(', ')} HAVING SUM(quantity) <> 0 OR SUM(number) <> 0)`;

/** In the place of a table, with a name behind it: `itemid`, `ordered` and `orders`, but for what came down to nothing. */
export const ALL_ITEM_SALES = allOf('item_sales', 'itemid');

/** The same by day: `itemid`, `orderday`, `ordered` and `orders`. */
export const ALL_DAILY_ITEM_SALES = allOf('daily_item_sales', 'itemid', 'orderday');
