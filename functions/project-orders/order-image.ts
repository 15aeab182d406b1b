/** The strict schema that reads an order from its item of the orders table. */
import * as v from 'valibot';
import { BOUNDS, idSchema } from '../shared/contract';
import { count, imageReader, subjectFields, text } from './image';
import { DATE, isRealSecond, sqlDate } from './order-date';
import type { OrderState } from './order-state';
import { readPlainOrder } from './plain-order';
import { compareBytes } from './state';

/** What keys of orders begin with in the orders table. */
export const ORDER_PREFIX = 'order#';

const dateSchema = v.pipe(
  v.string(),
  v.regex(DATE, 'must be YYYY-MM-DDTHH:MM:SSZ, from 1970'),
  v.check(isRealSecond, 'must be a real date and time'),
  v.transform(sqlDate),
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

/** The whole item; attributes that are not named are allowed. */
export const orderSchema = v.pipe(
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
export const readOrderImage = imageReader(ORDER_PREFIX, orderSchema, readPlainOrder);
