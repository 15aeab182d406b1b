/** What Lambda does between a stream and a function: batches in order, and a batch that failed again, before anything that comes after it. */

/** As an event source mapping is set up. */
export interface Mapping {
  readonly batch: number;
  /** How often a batch is tried again before it is given up. */
  readonly retries: number;
}

/** What happened. */
export interface Deliveries {
  readonly invocations: number;
  /** Invocations that threw, or whose function died: what an operator's alarm counts. */
  readonly failures: number;
  /** Records that were given up. */
  readonly dropped: number;
}

/** Time, in milliseconds. */
export interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** Pauses between two tries, each twice as long as the one before. */
const [FIRST_PAUSE, LONGEST_PAUSE] = [100, 2_000];

/**
 * Delivers all records, of which so many come in a second.
 *
 * @param deliver resolves to whether the function said that it is done.
 */
export async function deliverAll<Entry>(
  entries: readonly Entry[],
  perSecond: number,
  { batch, retries }: Mapping,
  deliver: (batch: readonly Entry[]) => Promise<boolean>,
  clock: Clock,
): Promise<Deliveries> {
  const start = clock.now();
  const counts = { invocations: 0, failures: 0, dropped: 0 };
  for (let next = 0; next < entries.length;) {
    const come = Math.floor(((clock.now() - start) * perSecond) / 1000) + 1;
    if (come <= next) {
      await clock.sleep(1 + ((next - come + 1) * 1000) / perSecond);
      continue;
    }
    const records = entries.slice(next, Math.min(next + batch, come));
    if (!(await deliverOnce(records, retries, deliver, clock, counts))) counts.dropped += records.length;
    next += records.length;
  }
  return counts;
}

/** @returns whether it was done in the end. */
async function deliverOnce<Entry>(
  records: readonly Entry[],
  retries: number,
  deliver: (batch: readonly Entry[]) => Promise<boolean>,
  clock: Clock,
  counts: { invocations: number; failures: number },
): Promise<boolean> {
  for (let tries = 0; tries <= retries; tries += 1) {
    if (tries > 0) await clock.sleep(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (tries - 1)));
    counts.invocations += 1;
    if (await deliver(records)) return true;
    counts.failures += 1;
  }
  return false;
}
