/** What a query costs as the orders become more, against the same answer computed from rows. */
import type { RowDataPacket } from 'mysql2/promise';
import { connectDatabase, withPassword, type Database } from '../functions/shared/database';
import { READ_MODEL_TABLES } from '../functions/shared/rebuild';
import type { BenchDatabase } from './bench-database';
import { comparedQueries, type ComparedQuery } from './compared-queries';
import { fill, register } from './fill';
import { spreadOf, type Spread } from './statistics';

/** Milliseconds of one query, with so many orders there. */
export interface QueryResult {
  readonly query: string;
  readonly orders: number;
  readonly milliseconds: Spread;
  /** Of the same answer from rows; absent where the query reads the rows itself. */
  readonly fromRows?: Spread;
}

/** Asked so often before anything is measured, so that its code is compiled: functions that are asked often are warm. */
const WARM_UP = 100;

/** Asked so often in a row for one measurement, whose median counts. */
const TIMES = 50;

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const ask = async ({ query, detail }: ComparedQuery, database: Database): Promise<Record<string, unknown>[]> =>
  (await query.answer(database, detail)).queryResult as Record<string, unknown>[];

/** @throws Error where the answers differ: then the comparison would be worth nothing. */
async function requireSame(one: ComparedQuery, { connection }: BenchDatabase, database: Database): Promise<void> {
  const answer = await ask(one, database);
  if (answer.length === 0) throw new Error(`${one.query.name} finds nothing`);
  if (one.fromRows === undefined || one.same === undefined) return;
  const { same } = one;
  const [rows] = await connection.query<RowDataPacket[]>(one.fromRows);
  const told = (those: readonly Record<string, unknown>[]): string =>
    those.map((row) => same.map((name) => String(row[name])).join()).join('; ');
  if (told(answer) !== told(rows)) throw new Error(`${one.query.name} answers otherwise than the rows do`);
}

/** A read model of so many orders, in a database of its own. */
interface Filled {
  readonly orders: number;
  readonly database: Database;
}

/** The read model as it is, beside those of other sizes. */
async function keep({ config, connection }: BenchDatabase, orders: number): Promise<Filled> {
  const name = `bench_${orders}`;
  await connection.query(`CREATE DATABASE ${name}`);
  for (const table of READ_MODEL_TABLES) {
    await connection.query(`CREATE TABLE ${name}.${table} LIKE ${table}`);
    await connection.query(`INSERT INTO ${name}.${table} SELECT * FROM ${table}`);
  }
  await connection.query(`ANALYZE TABLE ${READ_MODEL_TABLES.map((table) => `${name}.${table}`).join(', ')}`); // else plans are made for empty tables
  return { orders, database: connectDatabase(withPassword({ ...config, DATABASE_NAME: name })) };
}

/** Median of so many questions in a row. */
async function medianOf(one: ComparedQuery, { database }: Filled): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < TIMES; n += 1) times.push(await timeOf(() => ask(one, database)));
  return spreadOf(times).median;
}

/** Medians of one query at each size, one size after the other, so that what disturbs a while disturbs all of them alike. */
async function mediansOf(one: ComparedQuery, filled: readonly Filled[]): Promise<number[]> {
  const medians: number[] = [];
  for (const its of filled) medians.push(await medianOf(one, its));
  return medians;
}

async function measureFilled(filled: readonly Filled[], rounds: number): Promise<QueryResult[]> {
  const results: QueryResult[] = [];
  for (const one of comparedQueries()) {
    for (let n = 0; n < WARM_UP / TIMES; n += 1) await mediansOf(one, filled);
    const medians: number[][] = [];
    for (let n = 0; n < rounds; n += 1) medians.push(await mediansOf(one, filled));
    for (const [at, { orders }] of filled.entries())
      results.push({ query: one.query.name, orders, milliseconds: spreadOf(medians.map((its) => its[at] ?? NaN)) });
  }
  return results;
}

/** Of the same answers from rows, which take long: once a repetition. */
async function measureFromRows(
  repetitions: number,
  { connection }: BenchDatabase,
): Promise<ReadonlyMap<string, Spread>> {
  const spreads = new Map<string, Spread>();
  for (const { query, fromRows } of comparedQueries()) {
    if (fromRows === undefined) continue;
    const times: number[] = [];
    for (let n = 0; n < repetitions; n += 1) times.push(await timeOf(() => connection.query(fromRows)));
    spreads.set(query.name, spreadOf(times));
  }
  return spreads;
}

/**
 * @param sizes numbers of orders, rising.
 * @param rounds over all sizes: many, since what a short query waits for its processor differs from round to round.
 */
export async function measureQueries(
  sizes: readonly number[],
  repetitions: number,
  rounds: number,
  bench: BenchDatabase,
  say: (words: string) => void,
): Promise<QueryResult[]> {
  const filled: Filled[] = [];
  const fromRows = new Map<number, ReadonlyMap<string, Spread>>();
  await bench.empty();
  for (const [n, size] of sizes.entries()) {
    say(`queries: filling up to ${size} orders`);
    await fill(bench, sizes[n - 1] ?? 0, size);
    await register(bench);
    const kept = await keep(bench, size);
    for (const one of comparedQueries()) await requireSame(one, bench, kept.database);
    fromRows.set(size, await measureFromRows(repetitions, bench));
    filled.push(kept);
  }
  say('queries: asking at each size in turn');
  const results = (await measureFilled(filled, rounds)).map((one) => {
    const its = fromRows.get(one.orders)?.get(one.query);
    return its === undefined ? one : { ...one, fromRows: its };
  });
  for (const { query, orders, milliseconds } of results) say(`${query} at ${orders} orders: ${milliseconds.median} ms`);
  for (const { orders, database } of filled) {
    await database.close();
    await bench.connection.query(`DROP DATABASE bench_${orders}`);
  }
  return results;
}
