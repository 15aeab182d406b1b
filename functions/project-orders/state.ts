/** What the projection does alike for orders, customers and registered items: the kinds of subject. */
import type { Sql, TransactionSql } from '../shared/database';
import type { UnbookedRow } from './unbooked';

/** What every row of a subject holds; `deleted` is a tombstone. */
export interface State {
  readonly id: string;
  readonly status: 'active' | 'cancelled' | 'deleted';
  /** Counts accepted changes from 1; 0 in the tombstone of one that was never seen. */
  readonly version: number;
  /** The idempotency key that created it. */
  readonly createdBy: string | null;
  /** `YYYY-MM-DD HH:MM:SS`, UTC; orders alone have one. */
  readonly orderdate?: string | null;
}

/** A subject as its item in the orders table holds it. */
export interface Image<S extends State> {
  readonly state: S;
  /** Id of the event that last changed it. */
  readonly eventId: string;
}

/** A subject as its rows hold it now, and as they shall. */
export interface Step<S extends State> {
  /** Undefined where it has no row yet. */
  readonly before: S | undefined;
  readonly after: S;
}

/** What a transaction holds of a kind's subjects. */
export interface Locked<Row extends State> {
  /** Of those that have one. */
  readonly rows: readonly Row[];
  /** Whether anything at all is in quarantine. */
  readonly anyQuarantined: boolean;
  /** All sales that were set aside and are not booked yet: of orders alone. */
  readonly unbooked: readonly UnbookedRow[];
}

/** One kind of subject: how its items are read and its rows written. `Row` is a state without its lists, which have tables of their own. */
export interface Kind<S extends Row, Row extends State> {
  /** What keys of it begin with in the orders table. */
  readonly prefix: `${string}#`;
  /** @returns the image, or in words why it is none. */
  readonly readImage: (item: unknown) => Image<S> | string;
  /** Locks the rows of those that have one, until the transaction ends. */
  readonly lock: (sql: TransactionSql, ids: readonly string[]) => Promise<Locked<Row>>;
  /** The rows of those that have one, as they are. */
  readonly look: (sql: Sql, ids: readonly string[]) => Promise<Row[]>;
  /** Rows with their lists. */
  readonly complete: (sql: Sql, rows: readonly Row[]) => Promise<S[]>;
  /** What stays of one that was deleted. */
  readonly tombstone: (id: string, before: S | undefined) => S;
  /**
   * @param steps at most one for each id, sorted by id; the rows of those that have one are locked.
   * @param locked what `lock` resolved to, in this transaction.
   */
  readonly write: (sql: TransactionSql, steps: readonly Step<S>[], locked: Locked<Row>) => Promise<void>;
}

/** Order of ids in the database's binary collations; ids are ASCII, where it is that of UTF-16 too. */
export const compareBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Whether both are surely of one life, and not of a subject that was deleted and created again under its id. Customers and items
 * carry no date of their creation, so that a key used again could hide a new life: of them, this is never sure.
 */
export const isSameLife = (a: State, b: State): boolean =>
  a.orderdate !== undefined && a.createdBy === b.createdBy && a.orderdate === b.orderdate;

/**
 * What is to be written of a subject that was looked up in the table. Where its row tells of another life of the id, a late image of
 * that one may have the key, the time and any version of this one: an order's row then names no key, so that no image of it is
 * believed without looking, as of customers and items ever.
 */
export const afterLookingUp = <S extends State>(before: State | undefined, found: S): S =>
  before === undefined || found.status === 'deleted' || found.orderdate === undefined || isGrown(before, found)
    ? found
    : { ...found, createdBy: null };

/** Whether the row is of the same life, and not newer. */
const isGrown = (row: State, found: State): boolean =>
  row.status !== 'deleted' && isSameLife(row, found) && row.version <= found.version;
