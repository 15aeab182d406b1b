/** Books sales that were set aside: whoever takes the rows adds them to the sums and deletes them, in one transaction. docs/adr/0015-sales-set-aside.md */
import type { TransactionSql } from '../shared/database';
import { readUnbooked } from '../shared/unbooked-sales';
import { DailySales, type DailySalesDifference } from './differences';
import { deleting, inPieces } from './statements';

/** A row of `unbooked_sales`. */
export interface UnbookedRow {
  readonly id: number;
  /** JSON: `readUnbooked`. */
  readonly sales: string;
}

/** All that is unbooked: `UnbookedRow`s. It waits for whoever is booking, and locks them, so that nobody else books them too. */
export const SELECT_UNBOOKED = 'SELECT id, sales FROM unbooked_sales ORDER BY id FOR UPDATE';

/** Adds what was set aside to a batch's own differences. */
export function withUnbooked(
  daily: readonly DailySalesDifference[],
  rows: readonly UnbookedRow[],
): DailySalesDifference[] {
  const sums = new DailySales();
  for (const { itemid, orderday, ordered, orders } of daily) sums.add(itemid, orderday, ordered, orders);
  for (const { sales } of rows) for (const sale of readUnbooked(sales)) sums.add(...sale);
  return sums.differences();
}

/** Deletes what is booked. The rows are locked, by `SELECT_UNBOOKED`. */
export const deleteUnbooked = (sql: TransactionSql, ids: readonly number[]): Promise<void> =>
  inPieces(sql, deleting('unbooked_sales', 'id'), ids);
