/** Work that is done again and again until it is ended. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Repeated {
  /** @throws what the last turn did. */
  well(): Promise<void>;
  stop(): Promise<void>;
}

/** Between two turns there is at least three times what a turn took, so that looking on never takes more than a quarter of anything. */
const REST = 3;

/** @param everyMs from the end of a turn to the next; longer where turns take long. */
export function repeat(everyMs: number, work: () => Promise<void>): Repeated {
  const ending = new AbortController();
  const { signal } = ending;
  let last = Promise.resolve();
  const running = (async () => {
    while (!signal.aborted) {
      const start = Date.now();
      const turn = work();
      await turn.catch(() => undefined); // whoever asks is told
      last = turn;
      const rest = Math.max(everyMs, REST * (Date.now() - start));
      await delay(rest, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    well: () => last,
    async stop() {
      ending.abort();
      await running;
    },
  };
}
