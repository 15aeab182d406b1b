/** The orders table as tests need it: kept in memory, it makes the stream's records and can be read, as DynamoDB's can. */
import type { OrderItem } from '../../functions/project-orders/order-image';
import type { OrdersTable } from '../../functions/project-orders/orders-table';

/** An order as the workflow writes it. */
export interface StoredOrder {
  readonly orderid: string;
  readonly customerid?: string;
  readonly status: 'active' | 'cancelled';
  readonly version: number;
  /** `YYYY-MM-DDTHH:MM:SSZ` */
  readonly orderdate: string;
  readonly items: readonly OrderItem[];
  readonly createdBy: string;
}

/** A record as Lambda gets it. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly dynamodb: {
    readonly ApproximateCreationDateTime: number;
    readonly Keys: { readonly pk: { readonly S: string } };
    readonly SequenceNumber: string;
    readonly NewImage?: Readonly<Record<string, unknown>>;
  };
}

/** An order with what most tests don't care about filled in. */
export const order = (orderid: string, more: Partial<StoredOrder> = {}): StoredOrder => ({
  orderid,
  status: 'active',
  version: 1,
  orderdate: '2022-10-05T10:00:00Z',
  items: [{ itemid: 'z1', quantity: 2 }],
  createdBy: `key-of-${orderid}`.slice(0, 64),
  ...more,
});

/** The order's item, in DynamoDB's JSON. */
export const image = (stored: StoredOrder): Record<string, unknown> => ({
  pk: { S: `order#${stored.orderid}` },
  orderid: { S: stored.orderid },
  ...(stored.customerid === undefined ? {} : { customerid: { S: stored.customerid } }),
  status: { S: stored.status },
  version: { N: String(stored.version) },
  orderdate: { S: stored.orderdate },
  items: {
    L: stored.items.map(({ itemid, quantity }) => ({
      M: { itemid: { S: itemid }, quantity: { N: String(quantity) } },
    })),
  },
  createdBy: { S: stored.createdBy },
  contentHash: { S: 'c'.repeat(64) },
  eventId: { S: `event-of-${stored.orderid}-${stored.version}` },
});

let sequence = 0;

/** A record of the stream; its numbers rise from one to the next. */
export function record(
  eventName: StreamRecord['eventName'],
  pk: string,
  newImage?: Readonly<Record<string, unknown>>,
): StreamRecord {
  sequence += 1;
  return {
    eventID: `stream-event-${sequence}`,
    eventName,
    dynamodb: {
      ApproximateCreationDateTime: 1_664_964_000,
      Keys: { pk: { S: pk } },
      SequenceNumber: String(10n ** 24n + BigInt(sequence)),
      ...(newImage === undefined ? {} : { NewImage: newImage }),
    },
  };
}

/** The record of an order written as it is now. */
export const put = (stored: StoredOrder): StreamRecord =>
  record(stored.version === 1 ? 'INSERT' : 'MODIFY', `order#${stored.orderid}`, image(stored));

/** The record of an order deleted. */
export const removal = (orderid: string): StreamRecord => record('REMOVE', `order#${orderid}`);

/** The table: each change returns the stream's record of it. */
export class MemoryOrdersTable implements OrdersTable {
  readonly #orders = new Map<string, StoredOrder>();
  /** Keys whose items are not the pipeline's shape. */
  readonly #junk = new Map<string, unknown>();

  put(stored: StoredOrder): StreamRecord {
    this.#junk.delete(`order#${stored.orderid}`);
    this.#orders.set(stored.orderid, stored);
    return put(stored);
  }

  remove(orderid: string): StreamRecord {
    this.#junk.delete(`order#${orderid}`);
    this.#orders.delete(orderid);
    return removal(orderid);
  }

  putJunk(orderid: string, junk: Readonly<Record<string, unknown>>): StreamRecord {
    this.#orders.delete(orderid);
    this.#junk.set(`order#${orderid}`, junk);
    return record('MODIFY', `order#${orderid}`, junk);
  }

  get(orderid: string): StoredOrder | undefined {
    return this.#orders.get(orderid);
  }

  orders(): StoredOrder[] {
    return [...this.#orders.values()];
  }

  read(pks: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const found = pks.flatMap((pk): [string, unknown][] => {
      const stored = this.#orders.get(pk.slice('order#'.length));
      const item = stored === undefined ? this.#junk.get(pk) : image(stored);
      return item === undefined ? [] : [[pk, item]];
    });
    return Promise.resolve(new Map(found));
  }
}
