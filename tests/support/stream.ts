/** The orders table as tests need it: kept in memory, it makes the stream's records and can be read, as DynamoDB's can. */
import type { OrderItem } from '../../functions/project-orders/order-state';
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

/** A customer as the workflow writes it; of a forgotten one, name and e-mail address are not. */
export interface StoredCustomer {
  readonly customerid: string;
  readonly forgotten?: true;
  readonly name: string;
  readonly email: string;
  readonly version: number;
  readonly createdBy: string;
}

/** A registered item as the workflow writes it. */
export interface StoredItem {
  readonly itemid: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly version: number;
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

/** A customer with what most tests don't care about filled in. */
export const customer = (customerid: string, more: Partial<StoredCustomer> = {}): StoredCustomer => ({
  customerid,
  name: `Name of ${customerid}`,
  email: `${customerid}@example.org`,
  version: 1,
  createdBy: `key-of-${customerid}`,
  ...more,
});

/** A registered item, likewise. */
export const item = (itemid: string, more: Partial<StoredItem> = {}): StoredItem => ({
  itemid,
  name: `Name of ${itemid}`,
  tags: ['blue', 'green'],
  version: 1,
  createdBy: `key-of-${itemid}`,
  ...more,
});

type Stored = StoredOrder | StoredCustomer | StoredItem;

/** Key of its item in the table. */
export function keyOf(stored: Stored): string {
  if ('orderid' in stored) return `order#${stored.orderid}`;
  return 'customerid' in stored ? `customer#${stored.customerid}` : `item#${stored.itemid}`;
}

const orderAttributes = (stored: StoredOrder): Record<string, unknown> => ({
  orderid: { S: stored.orderid },
  ...(stored.customerid === undefined ? {} : { customerid: { S: stored.customerid } }),
  status: { S: stored.status },
  orderdate: { S: stored.orderdate },
  items: {
    L: stored.items.map(({ itemid, quantity }) => ({
      M: { itemid: { S: itemid }, quantity: { N: String(quantity) } },
    })),
  },
});

const customerAttributes = ({ customerid, name, email, forgotten }: StoredCustomer): Record<string, unknown> => ({
  customerid: { S: customerid },
  ...(forgotten === true
    ? { status: { S: 'forgotten' }, name: { NULL: true }, email: { NULL: true } }
    : { status: { S: 'active' }, name: { S: name }, email: { S: email } }),
});

function attributes(stored: Stored): Record<string, unknown> {
  if ('orderid' in stored) return orderAttributes(stored);
  if ('customerid' in stored) return customerAttributes(stored);
  const { itemid, name, tags } = stored;
  return { itemid: { S: itemid }, name: { S: name }, tags: { L: tags.map((tag) => ({ S: tag })) } };
}

/** Its item, in DynamoDB's JSON. */
export const image = (stored: Stored): Record<string, unknown> => ({
  pk: { S: keyOf(stored) },
  ...attributes(stored),
  version: { N: String(stored.version) },
  createdBy: { S: stored.createdBy },
  contentHash: { S: 'c'.repeat(64) },
  eventId: { S: `event-of-${keyOf(stored).replace(/.*#/, '')}-${stored.version}` },
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

/** The record of what was written as it is now. */
export const put = (stored: Stored): StreamRecord =>
  record(stored.version === 1 ? 'INSERT' : 'MODIFY', keyOf(stored), image(stored));

/** The record of an order deleted. */
export const removal = (orderid: string): StreamRecord => record('REMOVE', `order#${orderid}`);

/** The table: each change returns the stream's record of it. */
export class MemoryOrdersTable implements OrdersTable {
  readonly #subjects = new Map<string, Stored>();
  /** Keys whose items are not the pipeline's shape. */
  readonly #junk = new Map<string, unknown>();
  /** What junk was written over. */
  readonly #spoilt = new Map<string, Stored>();
  readonly #recordsOfJunk = new Set<StreamRecord>();

  #put(stored: Stored): StreamRecord {
    this.#junk.delete(keyOf(stored));
    this.#subjects.set(keyOf(stored), stored);
    return put(stored);
  }

  #remove(pk: string): StreamRecord {
    this.#junk.delete(pk);
    this.#subjects.delete(pk);
    return record('REMOVE', pk);
  }

  #putJunk(pk: string, junk: Readonly<Record<string, unknown>>): StreamRecord {
    const was = this.#subjects.get(pk);
    if (was !== undefined) this.#spoilt.set(pk, was);
    this.#subjects.delete(pk);
    this.#junk.set(pk, junk);
    const itsRecord = record('MODIFY', pk, junk);
    this.#recordsOfJunk.add(itsRecord);
    return itsRecord;
  }

  put = (stored: StoredOrder): StreamRecord => this.#put(stored);
  putCustomer = (stored: StoredCustomer): StreamRecord => this.#put(stored);
  /** Forgets a customer that was put. */
  forgetCustomer(customerid: string): StreamRecord {
    const stored = this.at(`customer#${customerid}`) as StoredCustomer;
    return this.#put({ ...stored, version: stored.version + 1, forgotten: true });
  }
  putItem = (stored: StoredItem): StreamRecord => this.#put(stored);

  remove = (orderid: string): StreamRecord => this.#remove(`order#${orderid}`);
  removeCustomer = (customerid: string): StreamRecord => this.#remove(`customer#${customerid}`);
  removeItem = (itemid: string): StreamRecord => this.#remove(`item#${itemid}`);

  /** As `remove`, of whatever is there. */
  removeAt = (pk: string): StreamRecord => this.#remove(pk);

  putJunk = (orderid: string, junk: Readonly<Record<string, unknown>>): StreamRecord =>
    this.#putJunk(`order#${orderid}`, junk);
  /** As `putJunk`, for a subject of whatever kind. */
  putJunkAt = (pk: string, junk: Readonly<Record<string, unknown>>): StreamRecord => this.#putJunk(pk, junk);

  /** Deletes what is not the pipeline's shape, and no stream tells of it. */
  dropJunk(): void {
    this.#junk.clear();
  }

  /** As it was at first. */
  empty(): void {
    for (const all of [this.#subjects, this.#junk, this.#spoilt, this.#recordsOfJunk]) all.clear();
  }

  /** Keys of all that is stored, junk too. */
  keys(): string[] {
    return [...this.#subjects.keys(), ...this.#junk.keys()];
  }

  junkKeys(): ReadonlySet<string> {
    return new Set(this.#junk.keys());
  }

  /** Whether the record's image is not the pipeline's shape. */
  wasJunk = (one: StreamRecord): boolean => this.#recordsOfJunk.has(one);

  get(orderid: string): StoredOrder | undefined {
    return this.orders().find((one) => one.orderid === orderid);
  }

  /** The order that junk was last written over, where that is still there. */
  spoiltOrder(orderid: string): StoredOrder | undefined {
    const was = this.#junk.has(`order#${orderid}`) ? this.#spoilt.get(`order#${orderid}`) : undefined;
    return was !== undefined && 'orderid' in was ? was : undefined;
  }

  /** Whatever is stored under that key. */
  at(pk: string): Stored | undefined {
    return this.#subjects.get(pk);
  }

  orders(): StoredOrder[] {
    return [...this.#subjects.values()].filter((one): one is StoredOrder => 'orderid' in one);
  }

  /** Those that are not forgotten. */
  customers(): StoredCustomer[] {
    return [...this.#subjects.values()].filter(
      (one): one is StoredCustomer => 'email' in one && one.forgotten === undefined,
    );
  }

  items(): StoredItem[] {
    return [...this.#subjects.values()].filter((one): one is StoredItem => 'tags' in one);
  }

  read(pks: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const found = pks.flatMap((pk): [string, unknown][] => {
      const stored = this.#subjects.get(pk);
      const itsItem = stored === undefined ? this.#junk.get(pk) : image(stored);
      return itsItem === undefined ? [] : [[pk, itsItem]];
    });
    return Promise.resolve(new Map(found));
  }
}
