/** Made-up orders, the same in every run, and the stream's records of them as Lambda gets them. */

/** An order as the workflow writes it. */
export interface MadeOrder {
  readonly orderid: string;
  readonly customerid: string;
  readonly version: number;
  /** `YYYY-MM-DDTHH:MM:SSZ` */
  readonly orderdate: string;
  readonly items: readonly { readonly itemid: string; readonly quantity: number }[];
  /** `active` unless told otherwise. */
  readonly status?: 'active' | 'cancelled';
}

/** How many different items and customers there are. */
export const ITEMS = 500;
const CUSTOMERS = 10_000;

/** Seconds from one order to the next: a million of them is most of a year, and a batch of the stream is of one or two days. */
const SECONDS_APART = 30;
const FIRST = Date.UTC(2024, 0, 1);

/** Items of an order, in turn: 2.95 on average. */
const SIZES = [1, 2, 2, 3, 3, 3, 3, 4, 4, 5, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4];

/** A whole number below `limit`, told by `n` alone (Knuth's multiplicative hash). */
const below = (n: number, limit: number): number => (Math.imul(n + 1, 2_654_435_761) >>> 8) % limit;

/** The `n`th order, in a version; each version has other quantities. */
export function makeOrder(n: number, version = 1): MadeOrder {
  const first = below(n, ITEMS);
  return {
    orderid: `order-${String(n).padStart(9, '0')}`,
    customerid: `customer-${below(n, CUSTOMERS)}`,
    version,
    orderdate: `${new Date(FIRST + n * SECONDS_APART * 1000).toISOString().slice(0, 19)}Z`,
    items: Array.from({ length: SIZES[n % SIZES.length] ?? 1 }, (_, k) => ({
      itemid: `item-${String((first + k * 97) % ITEMS).padStart(4, '0')}`,
      quantity: 1 + ((n + k + version) % 9),
    })),
  };
}

/** An order's item of the orders table, in DynamoDB's JSON. */
export interface OrderImage {
  readonly pk: { readonly S: string };
  readonly [field: string]: unknown;
}

export const image = (order: MadeOrder, version: number): OrderImage => ({
  pk: { S: `order#${order.orderid}` },
  orderid: { S: order.orderid },
  customerid: { S: order.customerid },
  status: { S: order.status ?? 'active' },
  version: { N: String(version) },
  orderdate: { S: order.orderdate },
  items: { L: order.items.map(({ itemid, quantity }) => ({ M: { itemid: { S: itemid }, quantity: { N: String(quantity) } } })) }, // prettier-ignore
  createdBy: { S: `key-of-${order.orderid}` },
  contentHash: { S: 'c'.repeat(64) },
  eventId: { S: `11112222-3333-4444-5555-${order.orderid.slice(-9)}${String(version).padStart(3, '0')}` },
});

let sequence = 0;

/** The stream's record of an order, with all that a stream of old and new images has. */
export function recordOf(order: MadeOrder): Record<string, unknown> {
  sequence += 1;
  const { version, orderid } = order;
  return {
    eventID: `${orderid}-${version}-${sequence}`,
    eventName: version === 1 ? 'INSERT' : 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-west-1',
    dynamodb: {
      ApproximateCreationDateTime: 1_704_067_200 + sequence,
      Keys: { pk: { S: `order#${orderid}` } },
      NewImage: image(order, version),
      ...(version > 1 && { OldImage: image(order, version - 1) }),
      SequenceNumber: String(10n ** 24n + BigInt(sequence)),
      SizeBytes: 900,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: 'arn:aws:dynamodb:eu-west-1:000000000000:table/orders/stream/2024-01-01T00:00:00.000',
  };
}
