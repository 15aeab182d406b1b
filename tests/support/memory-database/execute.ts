/** Does a statement that was read on the rows in memory. Between any two rows of it, others may come first. */
import type { SqlValue } from '../../../functions/shared/database';
import { compareBytes } from '../../../functions/project-orders/state';
import { shuffled } from '../random';
import { primaryKey, type TableSchema } from './schema';
import type { Condition, Insert, Select, Selected, Statement } from './statement';
import { keyOf, placeOf, serverError, type Row, type Store, type Table, type Transaction } from './store';

/** Where a statement is done, and for whom. */
export interface Place {
  readonly store: Store;
  readonly mine: Transaction;
  /** For the order of rows that no ORDER BY tells. */
  readonly random: () => number;
}

/** Those of `rows` that meet the condition, if there is one. */
function filtered(rows: readonly Row[], where: Condition | undefined): readonly Row[] {
  if (where === undefined) return rows;
  const wanted = new Set(where.keys.map((key) => JSON.stringify(key)));
  return rows.filter((row) => wanted.has(keyOf(where.columns, row)));
}

const asText = (value: SqlValue | undefined): string | null =>
  value === null || value === undefined ? null : String(value);

const compare = (a: SqlValue | undefined, b: SqlValue | undefined): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : compareBytes(asText(a) ?? '', asText(b) ?? '');

const byColumns = (columns: readonly string[]) => (a: Row, b: Row) =>
  columns.map((column) => compare(a[column], b[column])).find((order) => order !== 0) ?? 0;

const isPrimaryKey = (schema: TableSchema, columns: readonly string[]): boolean =>
  columns.join() === primaryKey(schema).join();

/** The columns must be in the table; a real server would say 1054. */
function demand({ columns, name }: TableSchema, used: readonly string[]): void {
  const unknown = used.filter((column) => !columns.includes(column));
  if (unknown.length > 0) throw new Error(`${name} has no ${unknown.join()}`);
}

/** Rows for FOR UPDATE, each locked in its turn: in the order asked for, or in any. */
async function lockRows(table: Table, { where, orderBy }: Select, place: Place): Promise<Row[]> {
  if (where !== undefined && !isPrimaryKey(table.schema, where.columns))
    throw new Error(`FOR UPDATE in memory needs the primary key of ${table.schema.name}`);
  const keys = where === undefined ? [...table.entries.keys()] : where.keys.map((key) => JSON.stringify(key));
  const rows: Row[] = [];
  const inOrder = orderBy.length > 0 ? keys.toSorted(compareBytes) : shuffled(keys, place.random);
  for (const key of new Set(inOrder)) {
    const row = await place.store.lockRow(table, key, place.mine);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

const cell = (row: Row, { value }: Selected): SqlValue => {
  if ('literal' in value) return value.literal;
  const stored = row[value.column] ?? null;
  return value.asText ? asText(stored) : stored;
};

async function select(part: Select, names: readonly string[], place: Place): Promise<Record<string, SqlValue>[]> {
  const table = place.store.table(part.table);
  const used = part.selected.flatMap(({ value }) => ('column' in value ? [value.column] : []));
  demand(table.schema, [...used, ...part.orderBy, ...(part.where?.columns ?? [])]);
  const found = part.forUpdate
    ? await lockRows(table, part, place)
    : filtered(place.store.seeAll(table, place.mine), part.where);
  const ordered = part.orderBy.length > 0 ? found.toSorted(byColumns(part.orderBy)) : shuffled(found, place.random);
  return ordered
    .slice(0, part.limit)
    .map((row) => Object.fromEntries(part.selected.map((one, n) => [names[n] ?? one.name, cell(row, one)])));
}

/** A whole row: what is not given is null, or counted up. */
function wholeRow(table: Table, columns: readonly string[], values: readonly SqlValue[]): Row {
  const { schema } = table;
  demand(schema, columns);
  const given = Object.fromEntries(columns.map((column, n) => [column, values[n] ?? null]));
  for (const column of schema.required)
    if (given[column] === undefined || given[column] === null) throw serverError(1048, '23000');
  const counted = schema.counter === undefined ? {} : { [schema.counter]: table.nextId++ };
  return { ...Object.fromEntries(schema.columns.map((column) => [column, null])), ...counted, ...given };
}

function updated(row: Row, news: Row, update: ReadonlyMap<string, 'set' | 'add'>): Row {
  const changes = [...update].map(([column, how]): [string, SqlValue] => {
    const value = news[column] ?? null;
    return [column, how === 'set' ? value : Number(row[column]) + Number(value)];
  });
  return { ...row, ...Object.fromEntries(changes) };
}

/** Inserts a row, or updates the one that has a key of it. A key that another transaction wrote is waited for. */
async function insertRow(table: Table, row: Row, { update }: Insert, { store, mine }: Place): Promise<number> {
  for (const columns of table.schema.keys) {
    const key = keyOf(columns, row);
    await store.scheduler.turn();
    await store.lock(table, columns, key, mine);
    const there = store.find(table, columns, key, mine);
    if (there === undefined) continue;
    if (update === undefined) throw serverError(1062, '23000');
    await store.lock(table, primaryKey(table.schema), placeOf(table, there), mine);
    store.write(table, placeOf(table, there), updated(there, row, update), mine);
    return 2; // https://dev.mysql.com/doc/refman/8.0/en/insert-on-duplicate.html
  }
  store.write(table, placeOf(table, row), row, mine);
  return 1;
}

async function insert(statement: Insert, place: Place): Promise<number> {
  const table = place.store.table(statement.table);
  const { unless } = statement;
  if (unless !== undefined) {
    const others = place.store.seeAll(place.store.table(unless.table), place.mine);
    if (filtered(others, unless).length > 0) return 0;
  }
  let affected = 0;
  for (const values of statement.rows)
    affected += await insertRow(table, wholeRow(table, statement.columns, values), statement, place);
  return affected;
}

async function remove(table: Table, { columns, keys }: Condition, { store, mine }: Place): Promise<number> {
  if (!isPrimaryKey(table.schema, columns)) throw new Error(`DELETE in memory needs the primary key of ${table.schema.name}`); // prettier-ignore
  let affected = 0;
  for (const key of keys.map((one) => JSON.stringify(one))) {
    const row = await store.lockRow(table, key, mine);
    if (row === undefined) continue;
    for (const other of table.schema.keys.slice(1)) await store.lock(table, other, keyOf(other, row), mine);
    store.write(table, key, undefined, mine);
    affected += 1;
  }
  return affected;
}

/** @returns the rows of a SELECT, else the number of rows that were affected. */
export async function execute(statement: Statement, place: Place): Promise<Record<string, SqlValue>[] | number> {
  switch (statement.kind) {
    case 'select': {
      const names = statement.parts[0]?.selected.map(({ name }) => name) ?? [];
      const parts: Record<string, SqlValue>[][] = [];
      for (const part of statement.parts) parts.push(await select(part, names, place));
      return parts.flat();
    }
    case 'guard':
      if (place.store.seeAll(place.store.table(statement.table), place.mine).length > 0)
        throw serverError(1242, '21000');
      return [{ [statement.name]: 1 }];
    case 'insert':
      return insert(statement, place);
    case 'delete':
      return remove(place.store.table(statement.table), statement.where, place);
  }
}
