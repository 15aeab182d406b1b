import { readdirSync } from 'node:fs';
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import reactHooks from 'eslint-plugin-react-hooks';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * Imports point one way: console → cli, bench and cli → local → db-init and functions → functions/shared. A function imports no other function, but for the
 * rebuild, which projects.
 */
const boundaries = [
  { target: './functions', from: ['./bench', './cli', './db-init', './local', './tests'] },
  { target: './functions/shared', from: './functions', except: ['./shared'] },
  ...readdirSync(new URL('functions', import.meta.url))
    .filter((name) => name !== 'shared')
    .map((name) => ({
      target: `./functions/${name}`,
      from: './functions',
      except: ['./shared', `./${name}`, ...(name === 'rebuild-read-model' ? ['./project-orders'] : [])],
    })),
  { target: './db-init', from: ['./bench', './cli', './local', './tests'] },
  { target: './db-init', from: './functions', except: ['./shared'] },
  { target: './cli', from: ['./bench', './db-init', './tests'] },
  { target: './local', from: ['./bench', './cli', './tests'] },
  ...['functions', 'db-init', 'local', 'cli', 'bench', 'costs'].map((folder) => ({
    target: `./${folder}`,
    from: './console',
  })),
  ...['functions', 'db-init', 'local', 'cli', 'console'].map((folder) => ({ target: `./${folder}`, from: './costs' })),
  { target: './console', from: ['./bench', './db-init'] },
  { target: './console', from: './tests', except: ['./support'] },
  // what runs in the browser asks the server for everything else
  { target: './console/page', from: ['./cli', './local', './console/server', './console/local'] },
  { target: ['./console/page', './console/definition'], from: './functions', except: ['./shared'] },
  { target: './console/server', from: './console/local' },
];

export default tseslint.config(
  { ignores: ['.aws-sam/', '.local/', 'node_modules/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: boundaries }],
      'import-x/no-cycle': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  { files: ['console/page/**'], ...reactHooks.configs.flat.recommended },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        module: 'writable',
        console: 'readonly',
        URL: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
      },
    },
  },
  prettier,
);
