import { describe, expect, test } from '@jest/globals';
import { readRedriveRequest } from '../../../functions/project-orders/redrive';

describe('a request to project again', () => {
  test('names keys, each once', () => {
    expect(readRedriveRequest({ redrive: ['order#1', 'item#z', 'order#1'] })).toEqual(['order#1', 'item#z']);
  });

  test.each([
    ['no list', 'order#1'],
    ['nothing', []],
    ['no string', [7]],
    ['an empty key', ['']],
    ['1,001 keys', Array.from({ length: 1001 }, (_, n) => `order#${n}`)],
  ])('with %s is refused in words', (_, redrive) => {
    expect(() => readRedriveRequest({ redrive })).toThrow(/^The request must be \{ "redrive": \[keys\] \}: redrive/);
  });
});
