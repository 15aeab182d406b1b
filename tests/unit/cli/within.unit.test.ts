import { expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { within } from '../../../cli/within';

/** Collects garbage. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

test('a limit ends though garbage is collected meanwhile', async () => {
  const limit = within(100, new AbortController().signal);
  for (let n = 0; n < 100 && !limit.aborted; n += 1) {
    collect();
    await delay(20);
  }
  expect(limit.aborted).toBe(true);
});

test('it ends with its signal, before its time', () => {
  const interruption = new AbortController();
  const limit = within(60_000, interruption.signal);
  expect(limit.aborted).toBe(false);
  interruption.abort();
  expect(limit.aborted).toBe(true);
});
