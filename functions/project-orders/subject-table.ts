/** The SQL of a table with a row for each subject of a kind, the same for every kind. */
import type { Sql, SqlValue, TransactionSql } from '../shared/database';
import type { Bound } from '../shared/database-statements';
import type { Locked, State } from './state';
import { BY_KEY, inPieces } from './statements';

/** What can be done with such a table. */
export interface SubjectTable<Row extends State> {
  /** Locks the rows of those that have one, until the transaction ends. That something is in quarantine is told by a row without an id. */
  readonly locking: (ids: readonly string[]) => Bound;
  /** What `locking` found. */
  readonly found: (answer: readonly Row[]) => { readonly rows: Row[]; readonly anyQuarantined: boolean };
  /** As `Kind.lock`. */
  readonly lock: (sql: Sql, ids: readonly string[]) => Promise<Locked<Row>>;
  /** As `Kind.look`. */
  readonly look: (sql: Sql, ids: readonly string[]) => Promise<Row[]>;
  /**
   * Inserts those that had no row when they were looked for.
   *
   * @throws error 1062 where another writer was faster. An upsert here would book such a subject into the summaries twice.
   */
  readonly insert: (sql: TransactionSql, states: readonly Row[]) => Promise<void>;
  /** Writes those whose rows are locked. */
  readonly upsert: (sql: TransactionSql, states: readonly Row[]) => Promise<void>;
}

/** @param columns each column with its field of the row; the first is the key. */
export function subjectTable<Row extends State & { readonly [Field in keyof Row]: SqlValue | undefined }>(
  table: string,
  columns: Readonly<Record<string, keyof Row & string>>,
): SubjectTable<Row> {
  const [key = '', ...others] = Object.keys(columns);
  const selected = Object.entries(columns).map(([column, field]) => `${column} AS ${field}`);
  const lock = `(SELECT ${selected.join(', ')} FROM ${table} ${BY_KEY} WHERE ${key} IN (?) ORDER BY ${key} FOR UPDATE)
    UNION ALL (SELECT '', ${others.map(() => 'NULL').join(', ')} FROM quarantined_changes LIMIT 1)`;
  const look = `SELECT ${selected.join(', ')} FROM ${table} WHERE ${key} IN (?)`;
  const insert = `INSERT INTO ${table} (${[key, ...others].join(', ')}) VALUES ?`;
  const update = others.map((column) => `${column} = VALUES(${column})`).join(', ');
  const fields = Object.values(columns);
  const values = (state: Row): SqlValue => fields.map((field) => state[field] ?? null);
  const found = (answer: readonly Row[]): { rows: Row[]; anyQuarantined: boolean } => {
    const rows = answer.filter(({ id }) => id !== '');
    return { rows, anyQuarantined: rows.length < answer.length };
  };
  return {
    locking: (ids) => [lock, [ids]],
    found,
    lock: async (sql, ids) => ({ ...found(await sql.select<Row>(lock, [ids])), unbooked: [] }),
    look: (sql, ids) => sql.select<Row>(look, [ids]),
    insert: (sql, states) => inPieces(sql, insert, states.map(values)),
    upsert: (sql, states) => inPieces(sql, `${insert} ON DUPLICATE KEY UPDATE ${update}`, states.map(values)),
  };
}

/** Steps of subjects that have no row yet, and of those that have one, as states to insert and to upsert. */
export async function writeRows<Row extends State>(
  sql: TransactionSql,
  table: SubjectTable<Row>,
  steps: readonly { readonly before: Row | undefined; readonly after: Row }[],
): Promise<void> {
  const after = (isNew: boolean): Row[] =>
    steps.filter(({ before }) => (before === undefined) === isNew).map((step) => step.after);
  await table.insert(sql, after(true));
  await table.upsert(sql, after(false));
}
