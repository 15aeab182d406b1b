/** Rows, the locks on them, and what of them a transaction may see: READ COMMITTED, as InnoDB does it. */
import type { SqlValue } from '../../../functions/shared/database';
import type { Scheduler } from '../scheduler';
import { primaryKey, readSchema, type TableSchema } from './schema';

const SCHEMA = readSchema();

export type Row = Readonly<Record<string, SqlValue>>;

/** A row as everybody sees it, and as the one who is writing it does; undefined where there is none. */
interface Entry {
  committed: Row | undefined;
  pending?: { readonly by: Transaction; readonly row: Row | undefined } | undefined;
}

export interface Table {
  readonly schema: TableSchema;
  readonly entries: Map<string, Entry>;
  nextId: number;
}

/** An error of the server, as the driver throws it. */
export const serverError = (errno: number, sqlState: string): Error =>
  Object.assign(new Error(`errno ${errno}`), { errno, sqlState });

/** What a transaction holds. */
export class Transaction {
  readonly locks = new Set<string>();
  readonly written = new Set<readonly [Table, string]>();
  /** The lock that it waits for. */
  waitsFor: string | undefined;
  /** How its writes are taken back, newest last. */
  readonly undo: (() => void)[] = [];
  isOver = false;
}

export const keyOf = (columns: readonly string[], row: Row): string =>
  JSON.stringify(columns.map((column) => row[column]));

/** Name of the lock on a key: the first of a table's keys is the row's own. */
const lockName = ({ schema }: Table, columns: readonly string[], key: string): string =>
  `${schema.name}.${columns.join()}=${key}`;

export class Store {
  readonly #tables = new Map<string, Table>();
  readonly #owners = new Map<string, Transaction>();

  constructor(
    readonly scheduler: Scheduler,
    readonly note: (event: string) => void,
  ) {
    for (const [name, schema] of SCHEMA) this.#tables.set(name, { schema, entries: new Map(), nextId: 1 });
  }

  table(name: string): Table {
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`There is no table ${name}`);
    return table;
  }

  /** The row as `mine` sees it. */
  see(table: Table, key: string, mine: Transaction): Row | undefined {
    const entry = table.entries.get(key);
    return entry?.pending?.by === mine ? entry.pending.row : entry?.committed;
  }

  seeAll(table: Table, mine: Transaction): Row[] {
    return [...table.entries.keys()].map((key) => this.see(table, key, mine)).filter((row) => row !== undefined);
  }

  /** The row that has this key, which need not be the primary one. */
  find(table: Table, columns: readonly string[], key: string, mine: Transaction): Row | undefined {
    if (columns === primaryKey(table.schema)) return this.see(table, key, mine);
    return this.seeAll(table, mine).find((row) => keyOf(columns, row) === key);
  }

  /** Locks a row if it is there, or may come to be; undefined where it is not, once whoever wrote it has ended. */
  async lockRow(table: Table, key: string, mine: Transaction): Promise<Row | undefined> {
    await this.scheduler.turn();
    if (!table.entries.has(key)) return undefined;
    await this.lock(table, primaryKey(table.schema), key, mine);
    return this.see(table, key, mine);
  }

  /** @throws error 1213 where waiting for the lock would never end; the transaction is rolled back then. */
  async lock(table: Table, columns: readonly string[], key: string, mine: Transaction): Promise<void> {
    const name = lockName(table, columns, key);
    while (this.#isTaken(name, mine)) {
      this.note('waited');
      mine.waitsFor = name;
      if (this.#isDeadlocked(mine)) {
        this.rollback(mine);
        throw serverError(1213, '40001');
      }
      await this.scheduler.turn(() => !this.#isTaken(name, mine));
      mine.waitsFor = undefined;
    }
    this.#owners.set(name, mine);
    mine.locks.add(name);
  }

  #isTaken(name: string, mine: Transaction): boolean {
    const owner = this.#owners.get(name);
    return owner !== undefined && owner !== mine;
  }

  #isDeadlocked(mine: Transaction): boolean {
    for (let one: Transaction | undefined = mine; one?.waitsFor !== undefined;) {
      one = this.#owners.get(one.waitsFor);
      if (one === mine) return true;
    }
    return false;
  }

  /** Writes a row that is locked, or deletes it where `row` is undefined. */
  write(table: Table, key: string, row: Row | undefined, mine: Transaction): void {
    const entry = table.entries.get(key) ?? { committed: undefined };
    const before = entry.pending;
    table.entries.set(key, entry);
    mine.written.add([table, key]);
    mine.undo.push(() => (entry.pending = before));
    entry.pending = { by: mine, row };
  }

  commit(mine: Transaction): void {
    for (const [table, key] of mine.written) {
      const entry = table.entries.get(key);
      if (entry?.pending?.by === mine) entry.committed = entry.pending.row;
    }
    this.#end(mine);
  }

  /** Takes back what came after the first `mark` writes. */
  rollbackTo(mark: number, mine: Transaction): void {
    for (const undo of mine.undo.splice(mark).reverse()) undo();
  }

  rollback(mine: Transaction): void {
    this.rollbackTo(0, mine);
    this.#end(mine);
  }

  #end(mine: Transaction): void {
    for (const [table, key] of mine.written) {
      const entry = table.entries.get(key);
      if (entry?.pending?.by === mine) entry.pending = undefined;
      if (entry?.committed === undefined && entry?.pending === undefined) table.entries.delete(key);
    }
    for (const name of mine.locks) this.#owners.delete(name);
    mine.waitsFor = undefined;
    mine.isOver = true;
  }
}

/** A row's place in its table. */
export const placeOf = (table: Table, row: Row): string => keyOf(primaryKey(table.schema), row);
