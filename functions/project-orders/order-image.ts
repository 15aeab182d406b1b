/** What the projection knows of an order, and the strict schema that reads it from an item of the orders table. */
import * as v from 'valibot';
import { BOUNDS, idSchema } from '../shared/contract';
import { count, imageReader, subjectFields, text } from './image';
import { compareBytes, type State } from './state';

/** One item of an order. */
export interface OrderItem {
  readonly itemid: string;
  readonly quantity: number;
}

/** An order without its items. */
export interface OrderRow extends State {
  readonly customerid: string | null;
  /** Null for an order that was deleted before it was ever seen. */
  readonly orderdate: string | null;
}

/** An order as its rows in the read model hold it. A tombstone has no items. */
export interface OrderState extends OrderRow {
  /** Sorted by itemid, each once. */
  readonly items: readonly OrderItem[];
}

/** What keys of orders begin with in the orders table. */
export const ORDER_PREFIX = 'order#';

/** The round trip refuses what `Date` would bend into the next month or day, such as February 30 or 24:00. */
const isRealSecond = (date: string): boolean => {
  const parsed = new Date(date);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString() === date.replace(/Z$/, '.000Z');
};

const dateSchema = v.pipe(
  v.string(),
  v.regex(/^(19[7-9]|[2-9]\d\d)\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'must be YYYY-MM-DDTHH:MM:SSZ, from 1970'),
  v.check(isRealSecond, 'must be a real date and time'),
  v.transform((date) => date.slice(0, 19).replace('T', ' ')),
);

const itemSchema = v.pipe(
  v.object({ M: v.object({ itemid: text(idSchema), quantity: count(BOUNDS.summedQuantity) }) }),
  v.transform((attribute) => attribute.M),
);

const itemsSchema = v.pipe(
  v.object({
    L: v.pipe(
      v.array(itemSchema),
      v.minLength(1, 'must have an item'),
      v.maxLength(BOUNDS.items, `must have at most ${BOUNDS.items} items`),
    ),
  }),
  v.transform((attribute) => attribute.L.toSorted((a, b) => compareBytes(a.itemid, b.itemid))),
  v.check((items) => new Set(items.map((item) => item.itemid)).size === items.length, 'must name each itemid once'),
);

const imageSchema = v.pipe(
  v.object({
    ...subjectFields,
    orderid: text(idSchema),
    customerid: v.optional(text(idSchema)),
    status: text(v.picklist(['active', 'cancelled'])),
    orderdate: text(dateSchema),
    items: itemsSchema,
  }),
  v.transform(({ pk, eventId, orderid: id, customerid = null, status, version, orderdate, items, createdBy }) => {
    const state: OrderState = { id, customerid, status, version, orderdate, createdBy, items };
    return { pk, eventId, state };
  }),
);

/** Reads an order's item of the orders table. */
export const readOrderImage = imageReader(ORDER_PREFIX, imageSchema);
