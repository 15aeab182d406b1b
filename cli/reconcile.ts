/** Finds what differs between the orders table and the read model, and mends it. Memory stays flat: keys come and go page by page. */
import { CHECKS, type Check, type Checked, type SumDifference } from '../functions/project-orders/check-sums';
import type { KeyDifference } from '../functions/project-orders/compare';
import { inChunks } from './chunks';
import type { Pipeline, ReadModel } from './pipeline';

/** What was found. */
export interface Found {
  /** Keys of the read model, and of the orders table, that were compared. */
  readonly modelKeys: number;
  readonly tableKeys: number;
  /** Keys that differed at first, and were alike when they were looked at again. */
  readonly lag: number;
  /** Keys that differ since their items cannot be projected; each lies in quarantine. */
  readonly quarantined: readonly KeyDifference[];
  /** Keys that differ for no such reason. */
  readonly differences: readonly KeyDifference[];
  readonly sums: readonly SumDifference[];
  /** There were too many: what is left was not looked at. */
  readonly isCut: boolean;
}

/** What it needs beside the pipeline. */
export interface Patience {
  /** For how long what differs is looked at again, in milliseconds. */
  readonly waitMs: number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly tell: (words: string) => void;
}

/** Keys of one comparison: as many as the projector takes. */
const KEYS = 1_000;
/** Keys that are projected again in one transaction: few enough that live changes don't wait long for their locks. */
const KEYS_PROJECTED = 200;
/** Differences that are kept, of keys and of sums. Where there are more, something is wrong as a whole. */
const MOST = 10_000;
/** Pauses between looks at what differs. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
/** What one invocation mends: sums of so many items need one look at all lines of orders. */
const MENDED = 500;

/** Looks at everything, and again at what differs, until it is alike or the time is over. */
export async function findDifferences(pipeline: Pipeline, patience: Patience): Promise<Found> {
  const looked = await lookAtKeys(pipeline, patience);
  const stayed = await lookAgain(pipeline.readModel, looked.differing, patience);
  const isAwaited = ({ quarantined }: KeyDifference): boolean => quarantined !== undefined;
  const sums = await checkAll(pipeline.readModel, CHECKS, patience.tell);
  return {
    modelKeys: looked.modelKeys,
    tableKeys: looked.tableKeys,
    lag: looked.lag + looked.differing.length - stayed.length,
    quarantined: stayed.filter(isAwaited),
    differences: stayed.filter((one) => !isAwaited(one)),
    sums: sums.found,
    isCut: looked.isCut || sums.isCut,
  };
}

/**
 * First what the read model has: what is behind or extra is found there. Of the table's keys then only those that it lacks. Where too
 * many differ, it first waits for those that catch up: a read model that is far behind is no reason to leave the rest out.
 */
async function lookAtKeys({ readModel, tables }: Pipeline, patience: Patience) {
  const { tell } = patience;
  const since = Date.now();
  let differing = new Map<string, KeyDifference>();
  let [modelKeys, tableKeys, lag] = [0, 0, 0];
  const isFull = async (): Promise<boolean> => {
    if (differing.size < MOST) return false;
    const left = await lookAgain(readModel, [...differing.values()], patience);
    lag += differing.size - left.length;
    differing = new Map(left.map((one) => [one.key, one]));
    return left.length >= MOST;
  };
  let isCut = false;
  const compare = async (keys: readonly string[], onlyMissing: boolean): Promise<void> => {
    for (const one of await readModel.compare(keys, onlyMissing)) differing.set(one.key, one);
    const rate = Math.round((modelKeys + tableKeys) / Math.max(1, (Date.now() - since) / 1000));
    tell(
      `${modelKeys} keys of the read model and ${tableKeys} of the table compared, ${rate}/s; ${differing.size} differ`,
    );
  };
  for await (const keys of inPieces(keysOfModel(readModel), KEYS)) {
    isCut = await isFull();
    if (isCut) break;
    modelKeys += keys.length;
    await compare(keys, false);
  }
  for await (const keys of inPieces(tables.keys(), KEYS)) {
    isCut ||= await isFull();
    if (isCut) break;
    tableKeys += keys.length;
    await compare(keys, true);
  }
  return { differing: [...differing.values()], modelKeys, tableKeys, lag, isCut };
}

async function* inPieces(pages: AsyncIterable<readonly string[]>, size: number): AsyncIterable<readonly string[]> {
  for await (const page of pages) yield* inChunks(page, size);
}

async function* keysOfModel(readModel: ReadModel): AsyncIterable<readonly string[]> {
  for (let after: string | undefined = ''; after !== undefined;) {
    const page: { keys: readonly string[]; next?: string } = await readModel.ask({ operation: 'keys.list', after });
    yield page.keys;
    after = page.next;
  }
}

/** Under live traffic a key may differ at every look, each time for another change: it follows if it has got to where the table was. */
const hasFollowed = (first: KeyDifference | undefined, now: KeyDifference): boolean =>
  now.kind === 'behind' && first?.table !== undefined && now.model !== undefined && now.model >= first.table;

/** @returns what still differs in the end, as it does then. */
async function lookAgain(
  readModel: ReadModel,
  first: readonly KeyDifference[],
  { waitMs, sleep, tell }: Patience,
): Promise<readonly KeyDifference[]> {
  const firsts = new Map(first.map((one) => [one.key, one]));
  let left = first;
  let pause = FIRST_PAUSE_MS;
  for (let waited = 0; waited < waitMs && left.some(({ quarantined }) => quarantined === undefined);) {
    waited += pause;
    tell(`${left.length} differ; looking again after ${Math.round(waited / 1000)} s of ${waitMs / 1000}`);
    await sleep(pause);
    pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
    const now: KeyDifference[] = [];
    for (const some of inChunks(left, KEYS)) now.push(...(await readModel.compare(some.map(({ key }) => key), false))); // prettier-ignore
    left = now.filter((one) => !hasFollowed(firsts.get(one.key), one));
  }
  return left;
}

/** All pages of some checks. What is off is so at once: rows and sums are written together, and each page is seen at one moment. */
async function checkAll(
  readModel: ReadModel,
  checks: readonly Check[],
  tell: Patience['tell'],
): Promise<{ readonly found: readonly SumDifference[]; readonly isCut: boolean }> {
  const found: SumDifference[] = [];
  let isCut = false;
  for (const check of checks)
    for await (const { differences, isPart = false } of pagesOf(readModel, check)) {
      found.push(...differences);
      isCut ||= isPart;
      tell(`summaries: ${check}, ${found.length} off`);
      if (found.length >= MOST) return { found, isCut: true };
    }
  return { found, isCut };
}

async function* pagesOf(readModel: ReadModel, check: Check): AsyncIterable<Checked> {
  for (let after: string | undefined = ''; after !== undefined;) {
    const page: Checked = await readModel.check(check, after);
    yield page;
    after = page.next;
  }
}

/** What was done. */
export interface Repaired {
  readonly keys: number;
  readonly sums: number;
}

/**
 * Projects again what differs, and makes the summaries what their rows give. First goes what would be in the projector's way: lines,
 * tags and holders of what has no row. Sums come last, since a row that was changed by hand makes it add what is not so.
 */
export async function repair({ readModel }: Pipeline, found: Found, tell: Patience['tell']): Promise<Repaired> {
  let sums = await mendAll(readModel, ['lines', 'held', 'rest'], tell);
  const keys = [...found.differences, ...found.quarantined].map(({ key }) => key);
  for (const some of inChunks(keys, KEYS_PROJECTED)) {
    tell(`projecting ${keys.length} keys again`);
    await readModel.redrive(some);
  }
  sums += await mendAll(readModel, CHECKS, tell);
  return { keys: keys.length, sums };
}

/**
 * Makes all rows of summaries what the others give.
 *
 * @returns how many were off.
 */
export async function mendAll(readModel: ReadModel, checks: readonly Check[], tell: Patience['tell']): Promise<number> {
  let mended = 0;
  for (const check of checks)
    for (let after: string | undefined = '', seen = ''; after !== undefined;) {
      const { differences, isPart, next }: Checked = await readModel.check(check, after);
      for (const few of inChunks(differences, MENDED)) await readModel.mend(few);
      mended += differences.length;
      if (differences.length > 0) tell(`summaries: ${mended} mended`);
      const first = JSON.stringify(differences[0]);
      if (isPart !== true || first === seen) after = next; // else there are more of the same: those that follow, once these are mended
      seen = first;
    }
  return mended;
}
