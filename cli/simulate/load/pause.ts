/** The database held still for a while, in the middle of a load. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Output } from '../../output';
import type { LocalDatabase } from '../../pipeline';

export class Pause {
  readonly #over = new AbortController();
  /** Resolves when it is over, or never was begun. Rejects where the database could not be held. */
  ended: Promise<void> = Promise.resolve();
  #isBegun = false;

  /** @param seconds undefined for none at all. */
  constructor(
    private readonly database: LocalDatabase,
    private readonly seconds: number | undefined,
    private readonly output: Output,
  ) {}

  /** Begins it; again does nothing. */
  begin(): void {
    if (this.seconds === undefined || this.#isBegun) return;
    this.#isBegun = true;
    this.ended = this.#hold(this.seconds);
    this.ended.catch(() => undefined); // it is awaited later
  }

  /** Ends it before its time. */
  async end(): Promise<void> {
    this.#over.abort();
    await this.ended.catch(() => undefined);
  }

  async #hold(seconds: number): Promise<void> {
    const release = await this.database.hold();
    this.output.progress('');
    this.output.note(`the database is held still for ${seconds} s`);
    try {
      await delay(seconds * 1000, undefined, { signal: this.#over.signal }).catch(() => undefined);
    } finally {
      await release();
      this.output.progress('');
      this.output.note('the database goes on');
    }
  }
}
