/** Which keys may lie in quarantine, by what was delivered: those whose item was junk, until something good and newer came. */
import { expect } from '@jest/globals';
import type { MemoryOrdersTable, StreamRecord } from './stream';

const keyOf = ({ dynamodb }: StreamRecord): string => dynamodb.Keys.pk.S;
const numberOf = ({ dynamodb }: StreamRecord): bigint => BigInt(dynamodb.SequenceNumber);

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

const newest = (records: readonly StreamRecord[]): bigint => records.map(numberOf).reduce(larger, 0n);

export class QuarantineWatch {
  /** Keys that may be there, each with the newest number that a record of it in quarantine may have. */
  readonly #allowed = new Map<string, bigint>();

  constructor(readonly table: MemoryOrdersTable) {}

  /**
   * These batches were projected, at once.
   *
   * @param junkBefore keys whose items were junk when that began.
   */
  delivered(batches: readonly (readonly StreamRecord[])[], junkBefore: ReadonlySet<string>): void {
    const all = batches.flat();
    const junkNow = this.table.junkKeys();
    for (const key of new Set(all.map(keyOf))) {
      const own = batches.map((batch) => batch.filter((one) => keyOf(one) === key));
      const wasJunk = junkBefore.has(key) || junkNow.has(key);
      const isUnresolved = wasJunk || own.some((batch) => this.#endsWithJunk(batch));
      const allowed = this.#allowed.get(key) ?? 0n;
      const good = newest(own.flat().filter((one) => !this.table.wasJunk(one)));
      if (isUnresolved) this.#allowed.set(key, larger(allowed, newest(own.flat())));
      else if (good >= allowed) this.#allowed.delete(key);
    }
  }

  /** Whether the newest record of a key in a batch is junk, so that nothing good in it makes up for that. */
  #endsWithJunk(own: readonly StreamRecord[]): boolean {
    return own.some((one) => this.table.wasJunk(one) && numberOf(one) === newest(own));
  }

  /** Everything was delivered: what is junk now lies in quarantine, and nothing good does. */
  check(quarantined: readonly string[]): void {
    expect(quarantined.filter((key) => !this.#allowed.has(key))).toEqual([]);
    expect([...this.table.junkKeys()].filter((key) => !quarantined.includes(key))).toEqual([]);
  }
}
