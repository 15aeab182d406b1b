/**
 * One kind's part in a batch. Its steps are taken by all kinds together, so that what they ask goes to the database at once; each is
 * called once, in this order: lock, judge, complete, choose, write.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Sql, TransactionSql } from '../shared/database';
import { badRecord, isKeyOf, keyOf, readBatch, type BadRecord, type Batch, type Change } from './read-batch';
import { compareBytes, isSameLife, type Kind, type State, type Step } from './state';

/** A subject that was projected. */
export interface Projected {
  /** Key in the orders table, such as `order#6101`. */
  readonly pk: string;
  readonly version: number;
  readonly status: State['status'];
  /** Id of the event that made this version; undefined for a deletion. */
  readonly eventId: string | undefined;
}

/**
 * What to do with a change, given the row of its subject (locked, where there is one).
 *
 * - `apply`: the image is newer, or the first.
 * - `ask`: the image alone cannot tell. It may be of a subject that was deleted since, or of an earlier or later life of its id; or
 *   it makes up for a bad record: what repairs one by hand may have the version that is projected already.
 * - `skip`: what the image says is projected already.
 */
export function judge(change: Change<State>, row: State | undefined): 'apply' | 'ask' | 'skip' {
  if (change.uncertain || change.repairs === true || change.image === undefined) return 'ask';
  if (row === undefined) return 'apply';
  const { state } = change.image;
  if (row.status === 'deleted' || !isSameLife(state, row)) return 'ask';
  return state.version > row.version ? 'apply' : 'skip';
}

/** What a subject's rows shall hold, and the event that made it so. */
interface Target<S extends State> {
  readonly state: S;
  readonly eventId?: string;
}

const isNews = <S extends State>({ before, after }: Step<S>): boolean => !isDeepStrictEqual(before, after);

export class Part<S extends Row, Row extends State> {
  readonly #kind: Kind<S, Row>;
  readonly #records: unknown[] = [];
  readonly #ids: string[] = [];
  #batch: Batch<S> = { changes: [], bad: [] };
  #rows: ReadonlyMap<string, Row> = new Map();
  #toApply: readonly Change<S>[] = [];
  #toAsk: readonly Change<S>[] = [];
  #before: ReadonlyMap<string, S> = new Map();
  #targets: readonly Target<S>[] = [];

  constructor(kind: Kind<S, Row>, records: readonly unknown[]) {
    this.#kind = kind;
    for (const record of records) {
      const pk = keyOf(record);
      if (!isKeyOf(kind, pk)) continue;
      this.#records.push(record);
      this.#ids.push(pk.slice(kind.prefix.length));
    }
    this.#ids.sort(compareBytes); // writers that lock in one order don't deadlock
  }

  get changes(): readonly Change<State>[] {
    return this.#batch.changes;
  }

  /** Records that cannot be projected, whatever the rows are. */
  get bad(): readonly BadRecord[] {
    return this.#batch.bad;
  }

  /**
   * Locks the rows that there are, by the keys alone, and reads the images while the database looks for them.
   *
   * @returns whether anything at all is in quarantine.
   */
  async lock(sql: Sql): Promise<boolean> {
    if (this.#records.length === 0) return false;
    const asked = this.#kind.lock(sql, this.#ids);
    await Promise.resolve(); // what all kinds ask is sent now
    this.#batch = readBatch(this.#kind, this.#records);
    const { rows, anyQuarantined } = await asked;
    this.#rows = new Map(rows.map((row) => [row.id, row]));
    return anyQuarantined;
  }

  /** @param repaired keys of which records in quarantine are made up for. @returns keys that the table must be asked for. */
  judge(repaired: ReadonlySet<string>): string[] {
    const judged = this.#batch.changes.map((change) => {
      const its = repaired.has(change.pk) ? { ...change, repairs: true } : change;
      return { change, verdict: judge(its, this.#rows.get(change.id)) };
    });
    const those = (wanted: 'apply' | 'ask'): Change<S>[] =>
      judged.filter(({ verdict }) => verdict === wanted).map(({ change }) => change);
    this.#toApply = those('apply');
    this.#toAsk = those('ask');
    return this.#toAsk.map(({ pk }) => pk);
  }

  /** Reads the lists of those rows that may change. */
  async complete(sql: Sql): Promise<void> {
    const rows = [...this.#toApply, ...this.#toAsk].flatMap(({ id }) => this.#rows.get(id) ?? []);
    this.#before = new Map((await this.#kind.complete(sql, rows)).map((state) => [state.id, state]));
  }

  /** @param items what is in the table under the keys that `judge` named. @returns records whose items there are none. */
  choose(items: ReadonlyMap<string, unknown>): BadRecord[] {
    const bad: BadRecord[] = [];
    const targets: Target<S>[] = this.#toApply.flatMap(({ image }) => image ?? []);
    for (const { pk, id, record } of this.#toAsk) {
      const item = items.get(pk);
      const before = this.#before.get(id);
      const target = item === undefined ? { state: this.#kind.tombstone(id, before) } : this.#kind.readImage(item);
      if (typeof target === 'string') bad.push(badRecord(record, `the item in the table: ${target}`));
      else if (isNews({ before, after: target.state })) targets.push(target);
    }
    this.#targets = targets.sort((a, b) => compareBytes(a.state.id, b.state.id));
    return bad;
  }

  async write(sql: TransactionSql): Promise<Projected[]> {
    await this.#kind.write(
      sql,
      this.#targets.map(({ state }) => ({ before: this.#before.get(state.id), after: state })),
    );
    return this.#targets.map(({ state: { id, version, status }, eventId }) => ({
      pk: this.#kind.prefix + id,
      version,
      status,
      eventId,
    }));
  }
}
