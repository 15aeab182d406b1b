/**
 * The events of the pipeline as types and schemas: what may come in, what goes out (docs/events.md is the same in prose).
 * The workflow validates commands itself, in JSONata; the functions validate queries with these schemas.
 */
import * as v from 'valibot';

/** The `source` of every event of the pipeline, in and out. */
export const EVENT_SOURCE = 'orderPipeline';

/** Bounds that the workflow, the projection and the columns of the read model share. */
export const BOUNDS = {
  /** Characters of an order, customer, item or command id. */
  idLength: 64,
  /** Items of one order. */
  items: 100,
  /** Quantity of one line of a command. */
  quantity: 1_000_000,
  /** Quantity of one item of an order: every line of the largest order may name the same item. */
  summedQuantity: 100_000_000,
  /** Versions of one order, customer or item; the column is INT UNSIGNED, no order comes near it. */
  version: 1_000_000_000,
  /** Characters of a customer's or an item's name, in code points. */
  nameLength: 200,
  /** Characters of an e-mail address, in code points. */
  emailLength: 254,
  /** Tags of one item. */
  tags: 20,
  /** Characters of a tag, in code points. */
  tagLength: 64,
} as const;

/** Rows of one page of a query. */
export const PAGE = {
  defaultLimit: 100,
  maxLimit: 500,
  /** Bytes of a page's rows as JSON: an event carries 256 KB, and the reply needs room around them. */
  maxBytes: 150_000,
} as const;

const ID = /^[A-Za-z0-9._:-]{1,64}$/;

const idWords = 'must be a string of 1 to 64 characters of A-Z a-z 0-9 . _ : -';

/** An order, customer, item or command id: compared byte for byte. */
export const idSchema = v.pipe(v.string(idWords), v.regex(ID, idWords));

/** The same as `idSchema`, for where a schema takes too long. */
export const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value);

/** One fault of a command or query, in words that its sender can act on. */
export interface Fault {
  readonly code: string;
  /** Where in the detail, such as `items[3].quantity`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** What a query function returns; the workflow adds `query` and `queryMessageId` and sends it as the reply. */
export type QueryAnswer<Row> =
  | {
      readonly queryStatus: 200 | 404;
      readonly queryResult: readonly Row[];
      readonly nextToken?: string;
      /** The read model does not yet have the version that the query's `after` names. */
      readonly stale?: true;
    }
  | { readonly queryStatus: 400; readonly queryResult: readonly []; readonly errors: readonly Fault[] };

/** One row of `itemsSalesReport`. */
export interface ItemSales {
  readonly itemid: string;
  readonly totalordered: number;
  /** Day of the latest active order of the item, `YYYY-MM-DD`, UTC. */
  readonly lastorderdate: string;
}

/** One row of `monthlySalesByItem`. */
export interface MonthlySales {
  /** Such as `October 2022`. */
  readonly monthyear: string;
  readonly monthlyordered: number;
}

/** One row of `orderById` and `ordersByCustomer`. */
export interface OrderRow {
  readonly orderid: string;
  readonly customerid: string | null;
  readonly status: 'active' | 'cancelled';
  readonly version: number;
  /** `YYYY-MM-DDTHH:MM:SSZ` */
  readonly orderdate: string;
  /** By itemid. */
  readonly items: readonly { readonly itemid: string; readonly quantity: number }[];
}

/** One row of `customersByItem` and `customersByTag`. */
export interface HolderRow {
  readonly customerid: string;
  /** Null, as the e-mail address, where the customer is not registered. */
  readonly name: string | null;
  readonly email: string | null;
  readonly orderCount: number;
  /** The newest 100, newest first. */
  readonly orderids: readonly string[];
}

/** The row of `customerCount`. */
export interface CustomerCount {
  readonly customers: number;
}
