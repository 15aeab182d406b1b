import type { Config } from 'jest';

/** Test level is in the file name: `.unit`, `.int` (a real database), `.e2e` (the local cloud). */
const project = (level: string, more: Config = {}): Config => ({
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

const config: Config = {
  projects: [project('unit'), project('int'), project('e2e')],
};

export default config;
