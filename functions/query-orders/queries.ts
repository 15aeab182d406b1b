/** The queries of this function. One more is one more file, one line here, and its row in docs/events.md. */
import { answering, type AnyQuery } from '../shared/query';
import { customerCount } from './customer-count';
import { customersByItem } from './customers-by-item';
import { customersByTag } from './customers-by-tag';
import { orderById } from './order-by-id';
import { ordersByCustomer } from './orders-by-customer';

export const queries: readonly AnyQuery[] = [
  answering(orderById),
  answering(ordersByCustomer),
  answering(customersByItem),
  answering(customersByTag),
  answering(customerCount),
];
