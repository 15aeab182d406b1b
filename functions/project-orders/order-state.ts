/** What the projection knows of an order. */
import type { State } from './state';

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
