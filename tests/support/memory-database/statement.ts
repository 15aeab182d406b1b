/** Reads the few shapes of SQL that the projection and the oracle use, with their bound values; anything else is an error. */
import type { SqlValue } from '../../../functions/shared/database';

/** Rows whose `columns` hold one of `keys`. */
export interface Condition {
  readonly columns: readonly string[];
  readonly keys: readonly (readonly SqlValue[])[];
}

/** A column, or null where it is a literal, under the name that it has in the result. */
export interface Selected {
  readonly name: string;
  readonly value: { readonly column: string; readonly asText: boolean } | { readonly literal: SqlValue };
}

export interface Select {
  readonly selected: readonly Selected[];
  readonly table: string;
  readonly where: Condition | undefined;
  readonly orderBy: readonly string[];
  readonly forUpdate: boolean;
  readonly limit: number;
}

export interface Insert {
  readonly kind: 'insert';
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
  /** What an upsert does to columns of a row that is there. */
  readonly update: ReadonlyMap<string, 'set' | 'add'> | undefined;
  /** Nothing is inserted where there are such rows. */
  readonly unless: (Condition & { readonly table: string }) | undefined;
}

export type Statement =
  | { readonly kind: 'select'; readonly parts: readonly Select[] }
  | { readonly kind: 'delete'; readonly table: string; readonly where: Condition }
  | { readonly kind: 'guard'; readonly table: string; readonly name: string }
  | Insert;

/** The statement is none that the model knows: extend the model, and hold it to a real server. */
class UnknownStatement extends Error {
  constructor(text: string) {
    super(`The database in memory does not know: ${text}`);
  }
}

const names = (list: string): string[] => list.replace(/^\((.*)\)$/, '$1').split(', ');

const isList = (value: SqlValue | undefined): value is readonly SqlValue[] => Array.isArray(value);

/** Values that are still to be bound, in the order of their question marks. */
class Values {
  readonly #left: SqlValue[];

  constructor(
    readonly text: string,
    values: readonly SqlValue[],
  ) {
    this.#left = [...values];
  }

  next(): SqlValue {
    const value = this.#left.shift();
    if (value === undefined) throw new Error(`A value is missing: ${this.text}`);
    return value;
  }

  /** The lists of `VALUES ?` and `IN (?)`; an empty one is an error of syntax in SQL. */
  rows(columns: readonly string[]): (readonly SqlValue[])[] {
    const value = this.next();
    if (!isList(value) || value.length === 0) throw new Error(`A list with something in it is wanted: ${this.text}`);
    const rows = value.map((one) => (isList(one) ? one : [one]));
    if (rows.some(({ length }) => length !== columns.length)) throw new Error(`Rows too short or long: ${this.text}`);
    return rows;
  }

  end(): void {
    if (this.#left.length > 0) throw new Error(`Too many values: ${this.text}`);
  }
}

function readSelected(text: string): Selected {
  const cast = /^CAST\((\w+) AS CHAR(?: CHARACTER SET utf8mb4)?\) AS (\w+)$/.exec(text);
  if (cast !== null) return { name: cast[2] ?? '', value: { column: cast[1] ?? '', asText: true } };
  if (text === 'NULL') return { name: text, value: { literal: null } };
  if (text === "''") return { name: text, value: { literal: '' } };
  const [, column = '', name = column] = /^(\w+)(?: AS (\w+))?$/.exec(text) ?? [];
  if (column === '') throw new UnknownStatement(text);
  return { name, value: { column, asText: false } };
}

const condition = (columns: string, values: Values): Condition => ({
  columns: names(columns),
  keys: values.rows(names(columns)),
});

const SELECT =
  /^SELECT (.+?) FROM (\w+)(?:( FORCE INDEX \(PRIMARY\))? WHERE (\w+|\([\w, ]+\)) IN \(\?\))?(?: ORDER BY ([\w, ]+?))?( FOR UPDATE)?(?: LIMIT (\d+))?$/;

function readSelect(text: string, values: Values): Select {
  const [, selected = '', table, byKey, where, orderBy, forUpdate, limit] = SELECT.exec(text) ?? [];
  if (table === undefined) throw new UnknownStatement(text);
  if (where !== undefined && (byKey === undefined) !== (forUpdate === undefined))
    throw new Error(`A list of keys is locked by the index, whatever a server thinks of it: ${text}`);
  return {
    selected: selected.split(', ').map(readSelected),
    table,
    where: where === undefined ? undefined : condition(where, values),
    orderBy: orderBy === undefined ? [] : names(orderBy),
    forUpdate: forUpdate !== undefined,
    limit: limit === undefined ? Infinity : Number(limit),
  };
}

/** `a = VALUES(a)`, `a = a + VALUES(a)`, or `a = a`, which does nothing. */
function readUpdate(text: string): Map<string, 'set' | 'add'> {
  const update = new Map<string, 'set' | 'add'>();
  for (const assignment of text.split(', ')) {
    const [, column, other] = /^(\w+) = (.+)$/.exec(assignment) ?? [];
    if (column === undefined) throw new UnknownStatement(text);
    if (other === `VALUES(${column})`) update.set(column, 'set');
    else if (other === `${column} + VALUES(${column})`) update.set(column, 'add');
    else if (other !== column) throw new UnknownStatement(text);
  }
  return update;
}

const literalOr = (text: string, values: Values): SqlValue => {
  if (text === '?') return values.next();
  const [, literal] = /^'(\w*)'$/.exec(text) ?? [];
  if (literal === undefined) throw new UnknownStatement(text);
  return literal;
};

function readInsert(text: string, values: Values): Insert {
  const [, table, list = '', rest = ''] = /^INSERT INTO (\w+) \(([\w, ]+)\) (.+)$/.exec(text) ?? [];
  if (table === undefined) throw new UnknownStatement(text);
  const insert = { kind: 'insert', table, columns: names(list), update: undefined, unless: undefined } as const;
  const [, row, update] = /^VALUES (\?|\([^()]+\))(?: ON DUPLICATE KEY UPDATE (.+))?$/.exec(rest) ?? [];
  if (row !== undefined) {
    const rows = row === '?' ? values.rows(insert.columns) : [names(row).map((one) => literalOr(one, values))];
    return { ...insert, rows, update: update === undefined ? undefined : readUpdate(update) };
  }
  const [, marks, other, column = ''] =
    /^SELECT ([?, ]+) FROM DUAL WHERE NOT EXISTS \(SELECT 1 FROM (\w+) WHERE (\w+) = \?\)$/.exec(rest) ?? [];
  if (marks === undefined || other === undefined) throw new UnknownStatement(text);
  const rows = [names(marks).map((one) => literalOr(one, values))];
  return { ...insert, rows, unless: { table: other, columns: [column], keys: [[values.next()]] } };
}

function readAny(text: string, values: Values): Statement {
  const [, first, second] = /^\((SELECT .+)\) UNION ALL \((SELECT .+)\)$/.exec(text) ?? [];
  if (first !== undefined && second !== undefined)
    return { kind: 'select', parts: [readSelect(first, values), readSelect(second, values)] };
  const [, guarded, name = ''] =
    /^SELECT \(SELECT 1 UNION ALL SELECT 1 FROM (\w+) LIMIT 2\) AS (\w+)$/.exec(text) ?? [];
  if (guarded !== undefined) return { kind: 'guard', table: guarded, name };
  if (text.startsWith('SELECT')) return { kind: 'select', parts: [readSelect(text, values)] };
  if (text.startsWith('INSERT')) return readInsert(text, values);
  const [, table, where = ''] =
    /^DELETE \/\*M! (\w+) \*\/ FROM \1 \/\*M! FORCE INDEX \(PRIMARY\) \*\/ WHERE (\w+|\([\w, ]+\)) IN \(\?\)$/.exec(
      text,
    ) ?? [];
  if (table === undefined) throw new UnknownStatement(text);
  return { kind: 'delete', table, where: condition(where, values) };
}

/** @throws Error that shows the statement, where it is of no shape that is known, or the values do not fit it. */
export function readStatement(sql: string, bound: readonly SqlValue[]): Statement {
  const text = sql.replaceAll(/\s+/g, ' ').trim();
  const values = new Values(text, bound);
  const statement = readAny(text, values);
  values.end();
  return statement;
}
