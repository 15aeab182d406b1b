/**
 * One project for each level of test; a file's name tells its level.
 *
 * @param {string} level
 * @param {import('jest').Config} [more]
 * @returns {import('jest').Config}
 */
const project = (level, more = {}) => ({
  ...more,
  displayName: level,
  testEnvironment: 'node',
  testMatch: [`<rootDir>/tests/**/*.${level}.test.ts`],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
    '\\.sql$': '<rootDir>/tests/support/sql-transform.cjs',
    '\\.pem$': '<rootDir>/tests/support/pem-transform.cjs',
  },
  modulePathIgnorePatterns: ['<rootDir>/.aws-sam', '<rootDir>/.local'],
});

/**
 * What a level needs to run is brought up once, and ended after.
 *
 * @param {string} level
 * @returns {import('jest').Config}
 */
const withServers = (level) => ({
  globalSetup: `<rootDir>/tests/support/${level}-setup.ts`,
  globalTeardown: '<rootDir>/tests/support/teardown.ts',
});

export default {
  testTimeout: 60_000, // a bound, not a promise: a busy machine or a slow database server may take its time
  testSequencer: '<rootDir>/tests/support/secrets-last.mjs',
  projects: [
    project('unit'),
    project('int', withServers('int')),
    project('e2e', withServers('e2e')),
    project('cloud', withServers('cloud')),
    project('browser', withServers('browser')),
  ],
};
