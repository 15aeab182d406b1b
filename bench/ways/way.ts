/** A way of getting orders into MySQL. */
import type { PasswordConfig } from '../../functions/shared/database';
import type { MadeOrder } from '../orders';

/** A batch: the orders, and the stream's records of them. */
export interface Delivery {
  readonly orders: readonly MadeOrder[];
  readonly records: readonly unknown[];
}

/** A function instance of that way: warm, with connections of its own. */
export interface Writer {
  write(delivery: Delivery): Promise<void>;
  close(): Promise<void>;
}

export interface Way {
  /** Opens its connections, before the measuring begins. */
  open(config: PasswordConfig): Promise<Writer>;
}
