/** `monthlySalesByItem`: what was ordered of one item in each month that has active orders of it, newest month first. */
import * as v from 'valibot';
import { idSchema, type MonthlySales } from '../shared/contract';
import type { Query } from '../shared/query';
import { tellApart, type BookedOrNot } from '../shared/unbooked-sales';
import { mergeMonths, type Month } from './merge';
import { monthOf } from '../shared/month';

/** Of a read model that had orders before it had sums by month, and was not rebuilt since, the days are summed up: a row each. */
const IS_COMPLETE = "EXISTS (SELECT 1 FROM complete_summaries WHERE name = 'monthly_item_sales')";

/**
 * Months as numbers such as 202210: grouping by a text took two and a half times as long for a year of days. Of what is not booked yet,
 * the server sends only what names the item.
 */
const SELECT = `
  (SELECT month, ordered, NULL AS unbooked
  FROM monthly_item_sales
  WHERE itemid = ? AND orders > 0 AND month < ? AND ${IS_COMPLETE}
  ORDER BY month DESC
  LIMIT ?)
  UNION ALL
  (SELECT EXTRACT(YEAR_MONTH FROM orderday) AS month, CAST(SUM(ordered) AS SIGNED), NULL
  FROM daily_item_sales
  WHERE itemid = ? AND orders > 0 AND (? IS NULL OR orderday < ?) AND NOT ${IS_COMPLETE}
  GROUP BY month
  ORDER BY month DESC
  LIMIT ?)
  UNION ALL (SELECT NULL, NULL, sales FROM unbooked_sales WHERE LOCATE(?, sales) > 0)`;

/** Behind every month. */
const BEHIND_ALL = 999_913;

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** 202210 as `October 2022`; `Intl` would load its tables for it, 8 MB and 9 ms at each start. */
const monthName = (month: number): string => `${MONTHS[(month % 100) - 1]} ${Math.floor(month / 100)}`;

/** 202210 as `2022-10-01`. */
const firstDay = (month: number): string =>
  `${String(Math.floor(month / 100)).padStart(4, '0')}-${String(month % 100).padStart(2, '0')}-01`;

const fields = { itemid: idSchema };

/** The first day of the month that a row tells of. */
const month = v.pipe(v.string(), v.isoDate(), v.endsWith('-01'));

export const monthlySalesByItem: Query<typeof fields, MonthlySales> = {
  name: 'monthlySalesByItem',
  fields,
  position: month,
  async rows(sql, { itemid }, limit, position) {
    const before = position ?? null;
    const months = [itemid, position === undefined ? BEHIND_ALL : monthOf(position), limit];
    const days = [itemid, before, before, limit];
    const values = [...months, ...days, JSON.stringify(itemid)];
    const rows = await sql.select<BookedOrNot<Month>>(SELECT, values);
    return mergeMonths(tellApart(rows), { itemid, before: position, limit }).map(({ month, ordered }) => ({
      row: { monthyear: monthName(month), monthlyordered: ordered },
      position: firstDay(month),
    }));
  },
};
