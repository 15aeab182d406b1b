/** Customers: their rows, and how many are registered. */
import * as v from 'valibot';
import { BOUNDS, idSchema } from '../shared/contract';
import { characters, imageReader, subjectFields, text } from './image';
import type { Kind, State, Step } from './state';
import { addToCustomerCount } from './statements';
import { subjectTable, writeRows } from './subject-table';

/** A customer as its row holds it; a tombstone has neither name nor e-mail address. */
export interface CustomerState extends State {
  readonly name: string | null;
  readonly email: string | null;
}

const PREFIX = 'customer#';

const registeredSchema = v.pipe(
  v.object({
    ...subjectFields,
    customerid: text(idSchema),
    status: v.optional(text(v.literal('active'))), // the first customers' items have none
    name: text(characters(BOUNDS.nameLength)),
    email: text(characters(BOUNDS.emailLength)),
  }),
  v.transform(({ pk, eventId, customerid: id, name, email, version, createdBy }) => {
    const state: CustomerState = { id, name, email, status: 'active', version, createdBy };
    return { pk, eventId, state };
  }),
);

const isForgotten = v.object({ status: text(v.literal('forgotten')) });

/** Name and address are not looked at: whatever stands there, it is to be forgotten. */
const forgottenSchema = v.pipe(
  v.object({ ...subjectFields, customerid: text(idSchema) }),
  v.transform(({ pk, eventId, customerid: id, version, createdBy }) => {
    const state: CustomerState = { id, name: null, email: null, status: 'deleted', version, createdBy };
    return { pk, eventId, state };
  }),
);

const readRegistered = imageReader(PREFIX, registeredSchema);
const readForgotten = imageReader(PREFIX, forgottenSchema);

const table = subjectTable<CustomerState>('customers', {
  customerid: 'id',
  name: 'name',
  email: 'email',
  status: 'status',
  version: 'version',
  created_by: 'createdBy',
});

const registered = (state: CustomerState | undefined): number => (state?.status === 'active' ? 1 : 0);

/** By how many customers these steps change the count. */
export const countDifference = (steps: readonly Step<CustomerState>[]): number =>
  steps.reduce((sum, { before, after }) => sum + registered(after) - registered(before), 0);

export const customers: Kind<CustomerState, CustomerState> = {
  prefix: PREFIX,
  readImage: (item) => (v.is(isForgotten, item) ? readForgotten(item) : readRegistered(item)),
  lock: table.lock,
  look: table.look,
  complete: (_sql, rows) => Promise.resolve(rows.map((row) => ({ ...row }))),
  tombstone: (id, before) => ({
    ...(before ?? { id, version: 0, createdBy: null }),
    status: 'deleted',
    name: null,
    email: null,
  }),
  async write(sql, steps) {
    await writeRows(sql, table, steps);
    await addToCustomerCount(sql, countDifference(steps));
  },
};
