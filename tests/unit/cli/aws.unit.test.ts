/** What the tool makes of AWS's answers, without AWS. */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { borrow, type QueueCalls } from '../../../cli/aws/borrow';
import { whyFailed } from '../../../cli/aws/read-model';
import { placeOf } from '../../../cli/connect';
import { createOutput, ticking } from '../../../cli/output';

afterEach(() => void jest.useRealTimers());

/** A queue of SQS, and what was asked of it. */
function queue(count: number) {
  const hidden: [handles: readonly string[], seconds: number][] = [];
  const removed: string[] = [];
  let next = 0;
  const calls: QueueCalls = {
    receive() {
      const received = Array.from({ length: Math.min(2, count - next) }, (_, index) => next + index).map((n) => ({ id: `m${n}`, handle: `h${n}`, body: '{}', attributes: {}, sentAt: new Date(0) })); // prettier-ignore
      next += received.length;
      return Promise.resolve(received);
    },
    hide(handles, seconds) {
      hidden.push([handles, seconds]);
      return Promise.resolve();
    },
    remove(handle) {
      removed.push(handle);
      return Promise.resolve();
    },
  };
  return { calls, hidden, removed, received: () => next };
}

describe('a queue', () => {
  test('is read no further than it is asked for; what was not removed is given back, also after an error', async () => {
    const { calls, hidden, removed, received } = queue(9);
    const working = borrow(calls, async (pages) => {
      for await (const page of pages) {
        await page[1]?.remove();
        if (page[0]?.id === 'm2') throw new Error('enough');
      }
    });
    await expect(working).rejects.toThrow('enough');
    expect([received(), removed, hidden]).toEqual([4, ['h1', 'h3'], [[['h0', 'h2'], 0]]]);
  });

  test('hides what was looked at for as long as the work takes', async () => {
    jest.useFakeTimers();
    const { calls, hidden } = queue(3);
    await borrow(calls, async (pages) => {
      for await (const [first] of pages) await (first?.id === 'm0' && jest.advanceTimersByTimeAsync(250_000));
    });
    expect(hidden).toEqual([[['h0', 'h1'], 300], [['h0', 'h1'], 300], [['h0', 'h1', 'h2'], 0]]); // prettier-ignore
    await jest.advanceTimersByTimeAsync(250_000);
    expect(hidden).toHaveLength(3);
  });

  test('that delivers a hidden message once more is told by its newest handle, and nobody sees the message twice', async () => {
    const { calls, removed } = queue(0);
    let times = 0;
    const again: QueueCalls = { ...calls, receive: () => Promise.resolve((times += 1) > 2 ? [] : [{ id: 'm', handle: `h${times}`, body: '', attributes: {}, sentAt: new Date(0) }]) }; // prettier-ignore
    await borrow(again, async (pages) => {
      const seen = [];
      for await (const page of pages) seen.push(...page);
      expect(seen).toHaveLength(1);
      await seen[0]?.remove();
    });
    expect(removed).toEqual(['h2']);
  });
});

describe('a function that failed', () => {
  test.each([
    { errorType: 'Runtime.HandlerError', errorMessage: 'connect ETIMEDOUT' },
    { errorType: 'Error', errorMessage: 'connect ECONNREFUSED 10.0.0.1:3306' },
    { errorType: 'Error', errorMessage: 'The database did not answer within 25000 ms' },
    { errorMessage: '2026-01-01T00:00:00Z 1-2-3 Task timed out after 90.00 seconds' },
  ])('since the database is away (%j) is told with what to do', (error) => {
    const words = whyFailed('Operate', JSON.stringify(error));
    expect(words).toMatch(/^The read model’s database does not answer \(.*\)\. .*do the same again/);
    expect(words).toContain(error.errorMessage);
    expect(words).not.toContain('HandlerError');
  });

  test('for another reason is told with that', () => {
    expect(whyFailed('Operate', '{"errorType":"TypeError","errorMessage":"x is null"}')).toBe(
      'The function Operate failed: TypeError: x is null. Its log tells more.',
    );
    expect(whyFailed('Operate', 'no JSON')).toContain('failed: no JSON.');
    expect(whyFailed('Operate', '{}')).toContain('failed: for a reason that it did not tell.');
  });
});

test('where a stack is, by its ARN', () => {
  expect(placeOf('arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/1')).toBe(
    ', account 123456789012, region eu-west-1',
  );
});

test('long work says on a terminal how long it takes, and clears that at its end', async () => {
  jest.useFakeTimers();
  let stderr = '';
  const stream = { isTTY: true, write: (text: string) => (stderr += text) };
  const work = ticking(
    createOutput(stream, stream, true, false),
    (seconds) => `${seconds} s`,
    () => new Promise((resolve) => setTimeout(resolve, 2500)),
  );
  await jest.advanceTimersByTimeAsync(5000);
  await work;
  expect(stderr).toBe('\r\u001b[K… 1 s\r\u001b[K… 2 s\r\u001b[K');
});
