/** The read model's sums as they are: what is booked and what is set aside, added up here, so that the database in memory can be asked too. */
import type { Database } from '../../functions/shared/database';
import { readUnbooked } from '../../functions/shared/unbooked-sales';

/** A row as a line of text. */
export const line = (...values: (string | number | null)[]): string => values.map(String).join(' | ');

/** A sum, or what is added to one, under the key of it. */
type Sum = readonly [key: string, ordered: number, orders: number];

interface Booked {
  readonly itemid: string;
  readonly orderday?: string;
  /** Such as 202210. */
  readonly month?: number;
  readonly ordered: number;
  readonly orders: number;
}

const sumOf = ({ itemid, orderday, month, ordered, orders }: Booked): Sum => [
  line(itemid, ...[orderday ?? month ?? []].flat()),
  ordered,
  orders,
];

const monthOf = (day: string): number => Number(day.slice(0, 7).replace('-', ''));

/** Sums as lines, each of all parts of its key; without those that come to nothing, wholly: ordered and orders. */
function summedUp(parts: readonly Sum[]): string[] {
  const sums = new Map<string, { ordered: number; orders: number }>();
  for (const [key, ordered, orders] of parts) {
    const sum = sums.get(key) ?? { ordered: 0, orders: 0 };
    sums.set(key, { ordered: sum.ordered + ordered, orders: sum.orders + orders });
  }
  const something = [...sums].filter(([, { ordered, orders }]) => ordered !== 0 || orders !== 0);
  return something.map(([key, { ordered, orders }]) => line(key, ordered, orders)).sort();
}

export interface Sales {
  readonly itemSales: readonly string[];
  readonly dailyItemSales: readonly string[];
  readonly monthlyItemSales: readonly string[];
  /** What is booked or set aside, each by itself, and below zero: nothing may be. */
  readonly belowZero: readonly string[];
}

export async function readSales(database: Database): Promise<Sales> {
  const rowsOf = <Row extends object>(statement: string) => database.read((sql) => sql.select<Row>(statement));
  const rows = await rowsOf<{ sales: string }>('SELECT id, sales FROM unbooked_sales');
  const setAside = rows.flatMap(({ sales }) => readUnbooked(sales));
  const itemSales = [
    ...(await rowsOf<Booked>('SELECT itemid, ordered, orders FROM item_sales')).map(sumOf),
    ...setAside.map(([itemid, , ordered, orders]) => sumOf({ itemid, ordered, orders })),
  ];
  const dailyItemSales = [
    ...(await rowsOf<Booked>('SELECT itemid, orderday, ordered, orders FROM daily_item_sales')).map(sumOf),
    ...setAside.map(([itemid, orderday, ordered, orders]) => sumOf({ itemid, orderday, ordered, orders })),
  ];
  const monthlyItemSales = [
    ...(await rowsOf<Booked>('SELECT itemid, month, ordered, orders FROM monthly_item_sales')).map(sumOf),
    ...setAside.map(([itemid, day, ordered, orders]) => sumOf({ itemid, month: monthOf(day), ordered, orders })),
  ];
  const negative = [...itemSales, ...dailyItemSales, ...monthlyItemSales].filter(
    ([, ordered, orders]) => ordered < 0 || orders < 0,
  );
  return {
    itemSales: summedUp(itemSales),
    dailyItemSales: summedUp(dailyItemSales),
    monthlyItemSales: summedUp(monthlyItemSales),
    belowZero: negative.map((sum) => line(...sum)),
  };
}
