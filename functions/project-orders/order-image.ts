/** What the projection knows of an order, and the strict schema that reads it from an item of the orders table. */
import * as v from 'valibot';
import { BOUNDS, idSchema } from '../shared/contract';

/** One item of an order. */
export interface OrderItem {
  readonly itemid: string;
  readonly quantity: number;
}

/** An order as its rows in the read model hold it; `deleted` is a tombstone, without items. */
export interface OrderState {
  readonly orderid: string;
  readonly customerid: string | null;
  readonly status: 'active' | 'cancelled' | 'deleted';
  readonly version: number;
  /** `YYYY-MM-DD HH:MM:SS`, UTC; null for an order that was deleted before it was ever seen. */
  readonly orderdate: string | null;
  /** The idempotency key that created the order. */
  readonly createdBy: string | null;
  /** Sorted by itemid, each once. */
  readonly items: readonly OrderItem[];
}

/** An order as its item in the orders table holds it. */
export interface Order extends OrderState {
  readonly status: 'active' | 'cancelled';
  readonly orderdate: string;
  readonly createdBy: string;
  /** Id of the event that last changed it. */
  readonly eventId: string;
}

/** Prefix of an order's key in the orders table. */
export const ORDER_KEY_PREFIX = 'order#';

/** A string attribute, `{ S }`. */
const text = <T>(schema: v.GenericSchema<unknown, T>) =>
  v.pipe(
    v.object({ S: schema }),
    v.transform((attribute) => attribute.S),
  );

/** A whole number from 1 to `most` as a number attribute, `{ N }`: DynamoDB carries numbers as strings. */
const count = (most: number) =>
  v.pipe(
    v.object({ N: v.pipe(v.string(), v.regex(/^[1-9][0-9]{0,9}$/, 'must be a whole number from 1')) }),
    v.transform((attribute) => Number(attribute.N)),
    v.maxValue(most, `must be at most ${most}`),
  );

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
    pk: text(v.string()),
    orderid: text(idSchema),
    customerid: v.optional(text(idSchema)),
    status: text(v.picklist(['active', 'cancelled'])),
    version: count(BOUNDS.version),
    orderdate: text(dateSchema),
    items: itemsSchema,
    createdBy: text(idSchema),
    eventId: text(v.string()),
  }),
  v.check((image) => image.pk === ORDER_KEY_PREFIX + image.orderid, 'pk and orderid must agree'),
  v.transform((image): Order => {
    const { orderid, customerid = null, status, version, orderdate, items, createdBy, eventId } = image;
    return { orderid, customerid, status, version, orderdate, items, createdBy, eventId };
  }),
);

/** Order of ids in the database's binary collations; ids are ASCII, where it is that of UTF-16 too. */
export const compareBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What a schema found wrong, each fault with its place: `items.L.0.M.quantity.N: must be …`. */
export const describeIssues = (issues: readonly v.BaseIssue<unknown>[]): string =>
  issues.map((issue) => `${v.getDotPath(issue) ?? 'whole'}: ${issue.message}`).join('; ');

/**
 * Reads an item of the orders table, in DynamoDB's JSON (`{ orderid: { S: … }, … }`).
 *
 * @returns the order, or in words why it is none. Attributes that the projection doesn't know are allowed.
 */
export function readOrderImage(image: unknown): Order | string {
  const result = v.safeParse(imageSchema, image);
  return result.success ? result.output : describeIssues(result.issues);
}

/** Whether both are the same order, and not one that was deleted and created again under its id. */
export const isSameLife = (a: OrderState, b: OrderState): boolean =>
  a.createdBy === b.createdBy && a.orderdate === b.orderdate;
