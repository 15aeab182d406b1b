/** Whether the read model holds what the orders table does, key by key: what `reconcile` asks. Nothing is changed, and nothing locked. */
import { isDeepStrictEqual } from 'node:util';
import type { Database, Sql } from '../shared/database';
import { customers } from './customers';
import { orders } from './orders';
import type { OrdersTable } from './orders-table';
import { isKeyOf } from './read-batch';
import { registeredItems } from './registered-items';
import type { Kind, State } from './state';
import { selectReasons } from './statements';

/** A key whose rows are not what its item makes them. Lists names of what differs, and no values: they may be personal data. */
export interface KeyDifference {
  readonly key: string;
  /**
   * - `missing`: the read model has nothing of it.
   * - `behind`, `ahead`: it has an older version, or one that the table does not have (yet, or any more).
   * - `differs`: it has the same version with another content.
   * - `extra`: the table has nothing of it.
   */
  readonly kind: 'missing' | 'behind' | 'ahead' | 'differs' | 'extra';
  /** Version in the table; left out where that has none that can be read. */
  readonly table?: number;
  /** Version in the read model, where it holds one. */
  readonly model?: number;
  /** What differs, or why the item cannot be read. */
  readonly what?: string;
  /** Why it lies in quarantine, if it does. */
  readonly quarantined?: string;
}

/** A key, and what is found there. */
interface Found<S extends State> {
  readonly key: string;
  readonly id: string;
  readonly row: S | undefined;
  readonly item: unknown;
}

/** Where both are. */
export interface Sides {
  readonly database: Database;
  readonly ordersTable: OrdersTable;
}

const isAlive = (row: State | undefined): row is State => row !== undefined && row.status !== 'deleted';

/** Names of the fields in which two states differ. */
const fieldsThatDiffer = (a: object, b: object): string =>
  Object.keys({ ...a, ...b })
    .filter((field) => !isDeepStrictEqual(a[field as never], b[field as never]))
    .join(', ');

const versionOf = (row: State | undefined): { model?: number } => (isAlive(row) ? { model: row.version } : {});

function judgeStates(key: string, row: State | undefined, due: State): KeyDifference | undefined {
  const versions = { key, table: due.version, ...versionOf(row) };
  if (row === undefined || isAlive(row) !== isAlive(due)) {
    if (isAlive(row)) return { ...versions, kind: 'behind', what: 'status' };
    return { ...versions, kind: 'missing' };
  }
  if (row.version !== due.version) return { ...versions, kind: row.version < due.version ? 'behind' : 'ahead' };
  // the row of an order that took the place of another life's names no key
  const its = row.createdBy === null ? { ...due, createdBy: null } : due;
  const what = fieldsThatDiffer(row, its);
  return what === '' ? undefined : { ...versions, kind: 'differs', what };
}

/** @returns undefined where the row is what the item makes it. */
function judgeFound<S extends Row, Row extends State>(
  kind: Kind<S, Row>,
  { key, id, row, item }: Found<S>,
): KeyDifference | undefined {
  if (item === undefined) {
    const what = row === undefined ? '' : fieldsThatDiffer(row, kind.tombstone(id, row));
    return what === '' ? undefined : { key, kind: 'extra', ...versionOf(row), what };
  }
  const image = kind.readImage(item);
  if (typeof image !== 'string') return judgeStates(key, row, image.state);
  return { key, kind: isAlive(row) ? 'behind' : 'missing', ...versionOf(row), what: `the item in the table: ${image}` };
}

/** The rows first, then the table: what is written between the two looks as if the read model were behind, which it is. */
async function compareKind<S extends Row, Row extends State>(
  kind: Kind<S, Row>,
  keys: readonly string[],
  isAsked: (row: State | undefined) => boolean,
  { database, ordersTable }: Sides,
): Promise<KeyDifference[]> {
  const own = keys.filter((key) => isKeyOf(kind, key));
  if (own.length === 0) return [];
  const idOf = (key: string): string => key.slice(kind.prefix.length);
  const rows = await database.snapshot(async (sql: Sql) => kind.complete(sql, await kind.look(sql, own.map(idOf))));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const asked = own.filter((key) => isAsked(byId.get(idOf(key))));
  const items = await ordersTable.read(asked);
  return asked.flatMap((key) => {
    const id = idOf(key);
    return judgeFound(kind, { key, id, row: byId.get(id), item: items.get(key) }) ?? [];
  });
}

/** Keys that no subject can have: nothing of them can be in the read model. */
async function compareStrays(keys: readonly string[], ordersTable: OrdersTable): Promise<KeyDifference[]> {
  const strays = keys.filter((key) => ![orders, registeredItems, customers].some((kind) => isKeyOf(kind, key)));
  const items = await ordersTable.read(strays);
  return strays.filter((key) => items.has(key)).map((key) => ({ key, kind: 'missing', what: 'it is the key of no order, customer or item' })); // prettier-ignore
}

/**
 * Compares what is under these keys in the table and in the read model.
 *
 * @param onlyMissing whether keys that the read model holds at all are left out; it spares the table a read of each.
 * @throws OrdersTableUnavailable, errors of the database.
 */
export async function compareKeys(
  keys: readonly string[],
  onlyMissing: boolean,
  sides: Sides,
): Promise<KeyDifference[]> {
  const isAsked = onlyMissing ? (row: State | undefined) => !isAlive(row) : () => true;
  const found = [
    ...(await compareKind(orders, keys, isAsked, sides)),
    ...(await compareKind(registeredItems, keys, isAsked, sides)),
    ...(await compareKind(customers, keys, isAsked, sides)),
    ...(await compareStrays(keys, sides.ordersTable)),
  ];
  if (found.length === 0) return [];
  const reasons = await sides.database.read((sql) => selectReasons(sql, found.map(({ key }) => key))); // prettier-ignore
  const byKey = new Map(reasons.map(({ pk, error }) => [pk, error]));
  return found.map((one) => {
    const quarantined = byKey.get(one.key);
    return quarantined === undefined ? one : { ...one, quarantined };
  });
}
