/** What tests are told by the environment. */
import { expect, test } from '@jest/globals';
import { readNumber } from '../../support/random';

test('a number of runs is what the environment says, else what the test wants', () => {
  expect(readNumber('SCHEDULES', 100, { SCHEDULES: '5000' })).toBe(5_000);
  expect(readNumber('SCHEDULES', 100, {})).toBe(100);
});

test.each(['many', '1e3', '-1', '1.5', '0x10', ' ', '9'.repeat(16)])('%j is refused, by name', (SEED) => {
  expect(() => readNumber('SEED', 1, { SEED })).toThrow('SEED must be a whole number');
});
