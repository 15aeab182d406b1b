/** What a query costs as the orders become more, against the same answer computed from rows. */
import type { RowDataPacket } from 'mysql2/promise';
import { connectDatabase, withPassword, type Database } from '../functions/shared/database';
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
const WARM_UP = 200;

/** Asked so often for one measurement, whose median counts; from rows, which takes long, once. */
const TIMES = 50;

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function medianTime(times: number, work: () => Promise<unknown>): Promise<number> {
  const all: number[] = [];
  for (let n = 0; n < times; n += 1) all.push(await timeOf(work));
  return spreadOf(all).median;
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
  const told = (those: readonly Record<string, unknown>[]): string => those.map((row) => String(row[same])).join();
  if (told(answer) !== told(rows)) throw new Error(`${one.query.name} answers otherwise than the rows do`);
}

async function measureAt(
  orders: number,
  repetitions: number,
  bench: BenchDatabase,
  database: Database,
): Promise<QueryResult[]> {
  const measured = comparedQueries().map((one) => ({ one, own: [] as number[], fromRows: [] as number[] }));
  for (const { one } of measured) {
    await requireSame(one, bench, database);
    await medianTime(WARM_UP, () => ask(one, database));
  }
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    for (const { one, own, fromRows } of measured) {
      own.push(await medianTime(TIMES, () => ask(one, database)));
      const statement = one.fromRows;
      if (statement !== undefined) fromRows.push(await timeOf(() => bench.connection.query(statement)));
    }
  }
  return measured.map(({ one, own, fromRows }) => ({
    query: one.query.name,
    orders,
    milliseconds: spreadOf(own),
    ...(fromRows.length > 0 && { fromRows: spreadOf(fromRows) }),
  }));
}

/** @param sizes numbers of orders, rising. */
export async function measureQueries(
  sizes: readonly number[],
  repetitions: number,
  bench: BenchDatabase,
  say: (words: string) => void,
): Promise<QueryResult[]> {
  const database = connectDatabase(withPassword(bench.config));
  const results: QueryResult[] = [];
  await bench.empty();
  for (const [n, size] of sizes.entries()) {
    say(`queries: filling up to ${size} orders`);
    await fill(bench, sizes[n - 1] ?? 0, size);
    await register(bench);
    const own = await measureAt(size, repetitions, bench, database);
    for (const { query, milliseconds, fromRows } of own)
      say(
        `${query} at ${size} orders: ${milliseconds.median} ms${fromRows ? `, from rows ${fromRows.median} ms` : ''}`,
      );
    results.push(...own);
  }
  await database.close();
  return results;
}
