/** Registered items: their rows and their tags. */
import * as v from 'valibot';
import { BOUNDS, idSchema } from '../shared/contract';
import { characters, imageReader, subjectFields, text } from './image';
import { compareBytes, type Kind, type State } from './state';
import { deleteTags, insertTags, selectTags, type TagRow } from './statements';
import { subjectTable, writeRows } from './subject-table';

/** A registered item without its tags; a tombstone has no name. */
export interface RegisteredItemRow extends State {
  readonly name: string | null;
}

/** A registered item as its rows hold it. */
export interface RegisteredItemState extends RegisteredItemRow {
  /** Sorted, each once. */
  readonly tags: readonly string[];
}

const PREFIX = 'item#';

/** Tables compare tags as if spaces at the end were not there: such a tag would be another one's double. */
const tagSchema = v.pipe(
  characters(BOUNDS.tagLength),
  v.check((tag) => !/^ | $/.test(tag), 'must have no space at its edges'),
);

const tagsSchema = v.pipe(
  v.object({
    L: v.pipe(v.array(text(tagSchema)), v.maxLength(BOUNDS.tags, `must have at most ${BOUNDS.tags} tags`)),
  }),
  v.transform((attribute) => attribute.L.toSorted(compareBytes)),
  v.check((tags) => new Set(tags).size === tags.length, 'must name each tag once'),
);

const imageSchema = v.pipe(
  v.object({
    ...subjectFields,
    itemid: text(idSchema),
    name: text(characters(BOUNDS.nameLength)),
    tags: tagsSchema,
  }),
  v.transform(({ pk, eventId, itemid: id, name, tags, version, createdBy }) => {
    const state: RegisteredItemState = { id, name, tags, status: 'active', version, createdBy };
    return { pk, eventId, state };
  }),
);

const table = subjectTable<RegisteredItemRow>('items', {
  itemid: 'id',
  name: 'name',
  status: 'status',
  version: 'version',
  created_by: 'createdBy',
});

/** Tags of `state` that `other` does not have. */
const tagsNotIn = (state: RegisteredItemState | undefined, other: RegisteredItemState | undefined): TagRow[] =>
  (state?.tags ?? []).filter((tag) => !other?.tags.includes(tag)).map((tag) => ({ itemid: state?.id ?? '', tag }));

export const registeredItems: Kind<RegisteredItemState, RegisteredItemRow> = {
  prefix: PREFIX,
  readImage: imageReader(PREFIX, imageSchema),
  lock: table.lock,
  look: table.look,
  async complete(sql, rows) {
    const tags = rows.length === 0 ? [] : await selectTags(sql, rows.map(({ id }) => id)); // prettier-ignore
    return rows.map((row) => {
      const own = tags.filter(({ itemid }) => itemid === row.id).map(({ tag }) => tag);
      return { ...row, tags: own.sort(compareBytes) };
    });
  },
  tombstone: (id, before) => ({
    ...(before ?? { id, version: 0, createdBy: null }),
    status: 'deleted',
    name: null,
    tags: [],
  }),
  async write(sql, steps) {
    await writeRows(sql, table, steps);
    await deleteTags(sql, steps.flatMap(({ before, after }) => tagsNotIn(before, after))); // prettier-ignore
    await insertTags(sql, steps.flatMap(({ before, after }) => tagsNotIn(after, before))); // prettier-ignore
  },
};
