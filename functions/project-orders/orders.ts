/** Orders: their rows, their items, what they add to the sales, and who holds what by them. */
import type { Sql, TransactionSql } from '../shared/database';
import { differencesOf } from './differences';
import { ORDER_PREFIX, readOrderImage } from './order-image';
import type { OrderItem, OrderRow, OrderState } from './order-state';
import type { Kind, Step } from './state';
import * as statements from './statements';
import { subjectTable, writeRows } from './subject-table';

const table = subjectTable<OrderRow>('orders', {
  orderid: 'id',
  customerid: 'customerid',
  status: 'status',
  version: 'version',
  orderdate: 'orderdate',
  created_by: 'createdBy',
});

async function complete(sql: Sql, rows: readonly OrderRow[]): Promise<OrderState[]> {
  const states = new Map(rows.map((row) => [row.id, { ...row, items: [] as OrderItem[] }]));
  if (rows.length === 0) return [];
  for (const { orderid, itemid, quantity } of await statements.selectItems(sql, [...states.keys()])) {
    states.get(orderid)?.items.push({ itemid, quantity });
  }
  return [...states.values()];
}

async function write(sql: TransactionSql, steps: readonly Step<OrderState>[]): Promise<void> {
  await writeRows(sql, table, steps);
  const rows = differencesOf(steps);
  await statements.insertItems(sql, rows.newItems);
  await statements.upsertItems(sql, rows.changedItems);
  await statements.deleteItems(sql, rows.goneItems);
  await statements.insertHeldOrders(sql, rows.newHeld);
  await statements.upsertHeldOrders(sql, rows.moreHeld);
  await statements.deleteHeldOrders(sql, rows.goneHeld);
  await statements.addToItemSales(sql, rows.sales);
  await statements.addToDailyItemSales(sql, rows.dailySales);
}

export const orders: Kind<OrderState, OrderRow> = {
  prefix: ORDER_PREFIX,
  readImage: readOrderImage,
  lock: table.lock,
  look: table.look,
  complete,
  tombstone: (id, before) => ({
    ...(before ?? { id, customerid: null, version: 0, orderdate: null, createdBy: null }),
    status: 'deleted',
    items: [],
  }),
  write,
};
