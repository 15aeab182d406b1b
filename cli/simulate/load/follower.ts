/** When an order that was made is in the read model: some are followed there, by asking for them until they are found. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Detail } from '../desk';
import { entryOf } from '../talk';
import type { Exchange } from './exchange';
import type { Tally } from './tally';

/** One order a second is followed, and so many at once: what measures must not be the load. */
const APART_MS = 1_000;
const AT_ONCE = 10;
/** Between an answer that does not have the order and the next question: what is measured is that much too long at most. */
const PAUSE_MS = 200;
/** Of a bus that fails so often one after the other, no more is asked. */
const FAILURES = 5;

export class Follower {
  readonly #following = new Set<Promise<boolean>>();
  #lastStart = -Infinity;
  #last: { readonly orderId: string; readonly since: number } | undefined;

  readonly #ended: Promise<undefined>;

  /** @param signal ends the following of all. */
  constructor(
    private readonly exchange: Exchange,
    private readonly tally: Tally,
    private readonly signal: AbortSignal,
  ) {
    this.#ended = new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        resolve(undefined);
      });
    });
  }

  created(orderId: string, milliseconds: number): void {
    const now = performance.now();
    this.#last = { orderId, since: now - milliseconds };
    if (now - this.#lastStart < APART_MS || this.#following.size >= AT_ONCE) return;
    this.#lastStart = now;
    this.#follow(this.#last);
  }

  /**
   * Resolves once all that is followed is found, and the order that was made last.
   *
   * @returns false where that was ended before, or nothing was made.
   * @throws what the bus throws, again and again.
   */
  async settle(): Promise<boolean> {
    if (this.#last === undefined) return false;
    this.#follow(this.#last);
    return (await Promise.all(this.#following)).every(Boolean);
  }

  #follow(order: { readonly orderId: string; readonly since: number }): void {
    const following = this.#untilFound(order.orderId).then((isFound) => {
      if (isFound) this.tally.visibleTimes.push(performance.now() - order.since);
      this.#following.delete(following);
      return isFound;
    });
    following.catch(() => undefined); // told by settle: until then it must not end the process
    this.#following.add(following);
  }

  async #untilFound(orderId: string): Promise<boolean> {
    for (let failures = 0; !this.signal.aborted;) {
      try {
        const reply = await this.#ask({ query: 'orderById', orderId });
        if (reply?.['queryStatus'] === 200) return true;
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === FAILURES) throw error;
      }
      await delay(PAUSE_MS);
    }
    return false;
  }

  /** @returns undefined where there was no answer before the end. */
  #ask(query: Detail): Promise<Detail | undefined> {
    const reply = new Promise<Detail | undefined>((resolve, reject) => {
      const onSent = (id: string | undefined): void => {
        if (id === undefined) resolve(undefined);
      };
      this.exchange.put([{ entry: entryOf(query), onSent, onReply: resolve }]).catch(reject);
    });
    return Promise.race([reply, this.#ended]);
  }
}
