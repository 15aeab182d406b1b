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
  /** Versions of one order; the column is INT UNSIGNED, no order comes near it. */
  version: 1_000_000_000,
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

/** One fault of a command or query, in words that its sender can act on. */
export interface Fault {
  readonly code: string;
  /** Where in the detail, such as `items[3].quantity`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** What a query function returns; the workflow adds `query` and `queryMessageId` and sends it as the reply. */
export type QueryAnswer<Row> =
  | { readonly queryStatus: 200; readonly queryResult: readonly Row[]; readonly nextToken?: string }
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
