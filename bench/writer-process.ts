/** A writer in a process of its own, as a function instance is. */
import type { PasswordConfig } from '../functions/shared/database';
import { recordOf } from './orders';
import { batchesOf, type Share } from './scenarios';
import { performTasks, type Begun } from './task-process';
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

async function perform({ way, config, share, milliseconds }: Task, begun: Begun): Promise<Done> {
  const deliveries = batchesOf(share).map((orders) => ({ orders, records: orders.map(recordOf) }));
  const writer = await WAYS[way].open(config);
  try {
    await begun();
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

void performTasks((task, begun) => perform(task as Task, begun));
