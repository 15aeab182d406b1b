/** A writer in a process of its own, as a function instance is; it stays warm from one run to the next. */
import type { PasswordConfig } from '../functions/shared/database';
import { recordOf } from './orders';
import { batchesOf, type Share } from './scenarios';
import { WAYS, type WayName } from './ways/index';

/** What a writer is asked to do. */
export interface Task {
  readonly way: WayName;
  readonly config: PasswordConfig;
  readonly share: Share;
  /** It ends with the batch in which this time is over, or when there are no more; what is replayed comes again. */
  readonly milliseconds: number;
}

/** What it did. */
export interface Done {
  readonly batches: number;
  readonly milliseconds: number;
}

/** What it says: that it is ready, what it did, or what went wrong. */
export type Word = 'ready' | Done | { readonly error: string };

const hear = (): Promise<unknown> => new Promise((resolve) => process.once('message', resolve));

const say = (word: Word): void => {
  if (process.send === undefined) throw new Error('This is a process of the benchmark: npm run bench');
  process.send(word);
};

async function perform({ way, config, share, milliseconds }: Task): Promise<Done> {
  const deliveries = batchesOf(share).map((orders) => ({ orders, records: orders.map(recordOf) }));
  const writer = await WAYS[way].open(config);
  try {
    const begun = hear(); // said when all writers are ready
    say('ready');
    await begun;
    const start = performance.now();
    let batches = 0;
    while (batches === 0 || performance.now() - start < milliseconds) {
      const delivery = deliveries[share.scenario === 'replayed' ? batches % deliveries.length : batches];
      if (delivery === undefined) break;
      await writer.write(delivery);
      batches += 1;
    }
    return { batches, milliseconds: performance.now() - start };
  } finally {
    await writer.close();
  }
}

async function listen(): Promise<void> {
  for (;;) {
    const task = (await hear()) as Task;
    say(await perform(task).catch((error: unknown) => ({ error: error instanceof Error ? String(error.stack) : String(error) }))); // prettier-ignore
  }
}

process.once('disconnect', () => process.exit());
void listen();
