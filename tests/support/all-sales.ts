/** Sums as reports tell them, for judges that read them by SQL: what is booked, and what is set aside. */
import { UNBOOKED } from '../../functions/shared/unbooked-sales';

/** What is set aside has days: as what a column of a table has. */
const OF_DAY: Readonly<Record<string, string>> = { month: 'EXTRACT(YEAR_MONTH FROM unbooked.orderday)' };

/** @param key columns of the table. */
const allOf = (table: string, ...key: string[]): string => `(
  SELECT ${key.join(', ')}, CAST(SUM(quantity) AS SIGNED) AS ordered, CAST(SUM(number) AS SIGNED) AS orders
    FROM (SELECT ${key.join(', ')}, ordered AS quantity, orders AS number FROM ${table}
          UNION ALL
          SELECT ${key.map((column) => OF_DAY[column] ?? `unbooked.${column}`).join(', ')}, unbooked.ordered, unbooked.orders FROM ${UNBOOKED}) parts
    GROUP BY ${key.join(', ')} HAVING SUM(quantity) <> 0 OR SUM(number) <> 0)`;

/** In the place of a table, with a name behind it: `itemid`, `ordered` and `orders`, but for what came down to nothing. */
export const ALL_ITEM_SALES = allOf('item_sales', 'itemid');

/** The same by day: `itemid`, `orderday`, `ordered` and `orders`. */
export const ALL_DAILY_ITEM_SALES = allOf('daily_item_sales', 'itemid', 'orderday');

/** The same by month, such as 202210: `itemid`, `month`, `ordered` and `orders`. */
export const ALL_MONTHLY_ITEM_SALES = allOf('monthly_item_sales', 'itemid', 'month');
