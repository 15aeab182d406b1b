/** `customerCount`: how many customers are registered. */
import * as v from 'valibot';
import type { CustomerCount } from '../shared/contract';
import type { Query } from '../shared/query';

/** The projection keeps the count: telling it costs the same however many there are. */
const SELECT = "SELECT total AS customers FROM counts WHERE name = 'customers'";

const fields = {};

export const customerCount: Query<typeof fields, CustomerCount> = {
  name: 'customerCount',
  fields,
  position: v.literal(''),
  async rows(sql) {
    const [row = { customers: 0 }] = await sql.select<CustomerCount>(SELECT);
    return [{ row, position: '' }];
  },
};
