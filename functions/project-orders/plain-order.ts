/**
 * Reads orders that are plainly all right, ten times as fast as the schema of order-image.ts, which has the last word: whatever
 * is unusual is left to it. Reading images is most of what the projector computes. A test holds the two to each other.
 */
import { BOUNDS, isId } from '../shared/contract';
import { COUNT, type ReadItem } from './image';
import { isDate, sqlDate } from './order-date';
import type { OrderItem, OrderState } from './order-state';
import { compareBytes } from './state';

/** An item as DynamoDB writes it, if it is one: attributes of any type, or none. */
type Attributes = Readonly<Record<string, { readonly S?: unknown; readonly N?: unknown; readonly L?: unknown; readonly M?: unknown } | null | undefined>>; // prettier-ignore

/** @returns 0 where it is none. */
function countOf(text: unknown, most: number): number {
  if (typeof text !== 'string' || !COUNT.test(text)) return 0;
  const count = Number(text);
  return count <= most ? count : 0;
}

function readItems(list: unknown): OrderItem[] | undefined {
  if (!Array.isArray(list) || list.length === 0 || list.length > BOUNDS.items) return undefined;
  const items: OrderItem[] = [];
  for (const element of list as Attributes[string][]) {
    const attributes = element?.M as Attributes | null | undefined;
    const itemid = attributes?.['itemid']?.S;
    const quantity = countOf(attributes?.['quantity']?.N, BOUNDS.summedQuantity);
    if (!isId(itemid) || quantity === 0) return undefined;
    items.push({ itemid, quantity });
  }
  items.sort((a, b) => compareBytes(a.itemid, b.itemid));
  return items.some(({ itemid }, n) => itemid === items[n - 1]?.itemid) ? undefined : items;
}

/** @returns what the schema would, or undefined where it is to be asked. */
export function readPlainOrder(item: unknown): ReadItem<OrderState> | undefined {
  const attributes = item as Attributes | null | undefined;
  const pk = attributes?.['pk']?.S;
  const eventId = attributes?.['eventId']?.S;
  const id = attributes?.['orderid']?.S;
  const createdBy = attributes?.['createdBy']?.S;
  const customer = attributes?.['customerid'];
  const customerid = customer === undefined ? null : customer?.S;
  const status = attributes?.['status']?.S;
  const version = countOf(attributes?.['version']?.N, BOUNDS.version);
  const date = attributes?.['orderdate']?.S;
  if (typeof pk !== 'string' || typeof eventId !== 'string' || !isId(id) || !isId(createdBy)) return undefined;
  if ((customerid !== null && !isId(customerid)) || version === 0) return undefined;
  if (status !== 'active' && status !== 'cancelled') return undefined;
  if (!isDate(date)) return undefined;
  const items = readItems(attributes?.['items']?.L);
  if (items === undefined) return undefined;
  return { pk, eventId, state: { id, customerid, status, version, orderdate: sqlDate(date), createdBy, items } };
}
