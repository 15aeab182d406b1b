/** The tables of db-init/schema.sql as data: columns and keys. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TableSchema {
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns that an INSERT must give a value. */
  readonly required: readonly string[];
  /** The column that counts up by itself. */
  readonly counter: string | undefined;
  /** Columns of each key that allows no doubles, the primary one first. */
  readonly keys: readonly (readonly string[])[];
}

/** The columns that make up a row's identity. */
export const primaryKey = ({ name, keys }: TableSchema): readonly string[] => {
  const [primary] = keys;
  if (primary === undefined) throw new Error(`${name} has no primary key`);
  return primary;
};

const matches = (text: string, pattern: RegExp): string[][] => [...text.matchAll(pattern)].map(([, ...groups]) => groups); // prettier-ignore

function readTable(name: string, body: string): TableSchema {
  const columns = matches(body, /^ {2}`(\w+)` (.+?),?$/gm).map(([column = '', type = '']) => ({ column, type }));
  const counter = columns.find(({ type }) => type.includes('AUTO_INCREMENT'))?.column;
  const keys = matches(body, /^ {2}(PRIMARY|UNIQUE) KEY (?:`\w+` )?\((.+)\),?$/gm);
  return {
    name,
    columns: columns.map(({ column }) => column),
    required: columns
      .filter(({ type }) => type.includes('NOT NULL') && !/DEFAULT|AUTO_INCREMENT/.test(type))
      .map(({ column }) => column),
    counter,
    keys: keys.map(([, list = '']) => list.split(',').map((column) => column.replaceAll('`', ''))),
  };
}

/** The read model's tables, by name. */
export function readSchema(): ReadonlyMap<string, TableSchema> {
  const sql = readFileSync(join(__dirname, '../../../db-init/schema.sql'), 'utf8');
  const tables = matches(sql, /^CREATE TABLE `(\w+)` \(\n([^;]+)\n\) ENGINE=[^;]+;$/gm);
  return new Map(tables.map(([name = '', body = '']) => [name, readTable(name, body)]));
}
