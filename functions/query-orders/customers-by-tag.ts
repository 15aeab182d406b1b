/** `customersByTag`: who holds active orders of any item that is registered with a tag. */
import * as v from 'valibot';
import { BOUNDS, idSchema, type HolderRow } from '../shared/contract';
import type { Query } from '../shared/query';
import { holdersOf } from './holders';

const SELECT_ITEMS = 'SELECT itemid FROM item_tags WHERE tag = ? ORDER BY itemid';

const tagWords = `must have 1 to ${BOUNDS.tagLength} characters, and no space at its edges`;

const fields = {
  tag: v.pipe(
    v.string('must be a string'),
    v.check((tag) => tag !== '' && Array.from(tag).length <= BOUNDS.tagLength && !/^ | $/.test(tag), tagWords),
  ),
};

export const customersByTag: Query<typeof fields, HolderRow> = {
  name: 'customersByTag',
  fields,
  position: idSchema,
  async rows(sql, { tag }, limit, position) {
    const items = await sql.select<{ itemid: string }>(SELECT_ITEMS, [tag]);
    return holdersOf(
      sql,
      items.map(({ itemid }) => itemid),
      limit,
      position,
    );
  },
};
