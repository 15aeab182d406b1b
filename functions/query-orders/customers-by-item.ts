/** `customersByItem`: who holds active orders of an item. */
import { idSchema, type HolderRow } from '../shared/contract';
import type { Query } from '../shared/query';
import { holdersOf } from './holders';

const fields = { itemid: idSchema };

export const customersByItem: Query<typeof fields, HolderRow> = {
  name: 'customersByItem',
  fields,
  position: idSchema,
  rows: (sql, { itemid }, limit, position) => holdersOf(sql, [itemid], limit, position),
};
