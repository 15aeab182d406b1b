/**
 * Test level is in the file name: `.unit`, `.int` (a real database), `.e2e` (the local cloud).
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
  },
  modulePathIgnorePatterns: ['<rootDir>/.aws-sam', '<rootDir>/.local'],
});

export default { projects: [project('unit'), project('int'), project('e2e')] };
