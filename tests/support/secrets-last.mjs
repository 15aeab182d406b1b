/** Jest's order of test files, but that the file that looks for secrets is the last: it looks at what all the others left behind. */
import sequencer from '@jest/test-sequencer';

/** @param {import('@jest/test-result').Test} test */
const isLast = ({ path }) => path.endsWith('/tests/e2e/secrets.e2e.test.ts');

export default class SecretsLast extends sequencer {
  /**
   * @param {import('@jest/test-result').Test[]} tests
   * @returns {import('@jest/test-result').Test[]}
   */
  sort(tests) {
    const sorted = super.sort(tests);
    return [...sorted.filter((test) => !isLast(test)), ...sorted.filter(isLast)];
  }
}
