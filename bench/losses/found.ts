/** Reads what each side's tables hold at the end. */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { ALL_ITEM_SALES } from '../../tests/support/all-sales';
import type { Found, FoundOrder } from './compare';
import type { Side } from './handlers';

/** The orders with their status, the items of orders, and the report. */
const STATEMENTS: Readonly<Record<Side, readonly [orders: string, items: string, report: string]>> = {
  projector: [
    'SELECT orderid, status FROM orders',
    'SELECT orderid, itemid, quantity FROM order_items',
    `SELECT itemid, ordered FROM ${ALL_ITEM_SALES} sales`,
  ],
  seed: [
    'SELECT orderid, orderstatus AS status FROM seed_orders',
    'SELECT orderid, itemid, quantity FROM seed_order_items',
    'SELECT itemid, SUM(quantity) AS ordered FROM seed_order_items GROUP BY itemid',
  ],
};

export async function readFound(connection: Connection, side: Side): Promise<Found> {
  const [orders, items, report] = STATEMENTS[side];
  const rows = async (statement: string): Promise<RowDataPacket[]> =>
    (await connection.query<RowDataPacket[]>(statement))[0];
  const found = new Map<string, FoundOrder & { items: { itemid: string; quantity: number }[] }>();
  for (const { orderid, status } of await rows(orders)) found.set(String(orderid), { status: String(status), items: [] }); // prettier-ignore
  for (const { orderid, itemid, quantity } of await rows(items))
    found.get(String(orderid))?.items.push({ itemid: String(itemid), quantity: Number(quantity) });
  return {
    orders: found,
    report: new Map((await rows(report)).map(({ itemid, ordered }) => [String(itemid), Number(ordered)])),
  };
}

/** How many records wait in quarantine for somebody to look at them. */
export async function countQuarantined(connection: Connection): Promise<number> {
  const [[row]] = await connection.query<RowDataPacket[]>('SELECT COUNT(*) AS kept FROM quarantined_changes');
  return Number(row?.['kept']);
}
