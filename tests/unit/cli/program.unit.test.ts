/** The tool as a whole: help, exit codes, `status`, and which pipeline is meant. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { localEndpoint } from '../../../cli/connect';
import { EXIT } from '../../../cli/exit';
import { createProgram, type Dependencies } from '../../../cli/program';
import { envFileText } from '../../../local/env-file';
import { cli, MemoryPipeline } from '../../support/memory-pipeline';

/** Every command, as the words that lead to it. */
function pathsOf(command: Command, before: readonly string[] = []): string[][] {
  return [[...before], ...command.commands.flatMap((child) => pathsOf(child, [...before, child.name()]))];
}
const nobody: Dependencies = {
  connect: () => Promise.reject(new Error('not asked')),
  readFile: () => '',
  stdout: { write: () => true },
  stderr: { write: () => true },
  colours: false,
  sleep: () => Promise.resolve(),
};
const program = createProgram(nobody, () => undefined);
const commandAt = (path: readonly string[]): Command =>
  path.reduce((command, name) => command.commands.find((child) => child.name() === name) ?? command, program);

test('--version prints the version', async () => {
  expect(await cli(new MemoryPipeline(), ['--version'])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
});

describe('help', () => {
  test.each(pathsOf(program).map((path) => [path.join(' ')]))(
    'of `%s` tells its own flags, exit codes and examples, in 80 columns',
    async (words) => {
      const path = words === '' ? [] : words.split(' ');
      const { code, stdout } = await cli(new MemoryPipeline(), [...path, '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^Exit codes: 0 [^]*?· 1 [^]*?· 2 [^]*?· 3 /m);
      const examples = [...stdout.matchAll(/^ {2}\$ npx order-pipeline (.*)$/gm)].map(([, example = '']) => example);
      expect(examples.length).toBeGreaterThan(0);
      const isDefault = ['rebuild start', 'simulate load'].includes(words); // their word may be left out
      for (const example of examples) expect(`${example} `.startsWith(`${isDefault ? path[0] : words} `.trimStart())).toBe(true); // prettier-ignore
      expect(stdout.match(/^Examples:$/gm)).toHaveLength(1);
      const prose = stdout.slice(0, stdout.indexOf('Examples:'));
      expect(prose.split('\n').filter((line) => line.length > 80)).toEqual([]);
      for (const { flags, description, required } of commandAt(path).options) {
        expect({ flags, description }).not.toEqual({ flags, description: '' });
        if (required && words === 'simulate load' && flags !== '--orders <n>')
          expect(description).toContain('(default: ');
      }
      expect(commandAt(path).registeredArguments.filter(({ description }) => description === '')).toEqual([]);
    },
  );

  test('has examples of flags that there are', async () => {
    for (const path of pathsOf(program)) {
      const { stdout } = await cli(new MemoryPipeline(), [...path, '--help']);
      for (const [, example = ''] of stdout.matchAll(/^ {2}\$ npx order-pipeline ([^|\n]*)/gm)) {
        const named = example.split(' ').filter((word) => !word.startsWith('-'));
        const command = commandAt(named);
        const target = commandAt([...named.slice(0, 1), { rebuild: 'start', simulate: 'load' }[named[0] ?? ''] ?? '']);
        const known = [...command.options, ...target.options, ...program.options].map(({ long }) => long);
        const flags = example.split(' ').filter((word) => word.startsWith('--'));
        expect(known).toEqual(expect.arrayContaining(flags));
      }
    }
  });

  test('of a command below tells its arguments', async () => {
    expect((await cli(new MemoryPipeline(), ['failed', 'discard', '--help'])).stdout).toContain('<id...>');
  });

  test('lists every exit code', async () => {
    const { stdout } = await cli(new MemoryPipeline(), ['--help']);
    for (const code of Object.values(EXIT))
      expect(stdout.replace(/\s+/g, ' ')).toMatch(new RegExp(`[:·] ${code} [a-z]`));
  });
});

describe('status', () => {
  test('is a table', async () => {
    const pipeline = new MemoryPipeline();
    pipeline.parked.add('1', {});
    pipeline.objects.set('key', '{}');
    const { code, stdout } = await cli(pipeline, ['status']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe(pipeline.where);
    expect(Object.fromEntries(lines.slice(2).map((line) => line.split(/ {2,}/)))).toEqual({
      orders: '3 active 1 cancelled',
      behind: '2',
      executions: '12 started 1 failed (since then)',
      parked: '1',
      undelivered: '0',
      unprojected: '1',
      quarantined: '0',
    });
  });

  test('says what cannot be asked, shows the rest, and ends with 1', async () => {
    const pipeline = new MemoryPipeline();
    pipeline.down = 'ECONNREFUSED';
    const { code, stdout } = await cli(pipeline, ['status', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ orders: { error: 'ECONNREFUSED' }, parked: 0 });
  });

  test('counts the table on AWS only when asked', async () => {
    const pipeline = new MemoryPipeline();
    pipeline.isLocal = false;
    expect(JSON.parse((await cli(pipeline, ['status', '--json'])).stdout)).not.toHaveProperty('behind');
    expect(JSON.parse((await cli(pipeline, ['status', '--json', '--exact'])).stdout)).toHaveProperty('behind', 2);
  });
});

describe('which pipeline', () => {
  const choice = { stackName: 'order-pipeline' };

  test('the local one, by the environment or by the file of the running npm start', () => {
    const folder = mkdtempSync(join(tmpdir(), 'order-pipeline-test-'));
    const env = { ORDER_PIPELINE_DIRECTORY: folder };
    expect(localEndpoint(choice, env)).toBeUndefined();
    const readModel = { DATABASE_HOST: 'h', DATABASE_PORT: 1, DATABASE_USER: 'u', DATABASE_PASSWORD: 'p', DATABASE_NAME: 'n' }; // prettier-ignore
    writeFileSync(join(folder, 'env'), envFileText('http://127.0.0.1:4567', {}, readModel));
    expect(localEndpoint(choice, env)).toBe('http://127.0.0.1:4567');
    expect(localEndpoint(choice, { ...env, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' })).toBe('http://127.0.0.1:1');
    expect(localEndpoint(choice, { ...env, AWS_PROFILE: 'shop' })).toBeUndefined();
    expect(localEndpoint(choice, { ...env, AWS_PROFILE: '', AWS_ENDPOINT_URL: '' })).toBe('http://127.0.0.1:4567');
    rmSync(folder, { recursive: true });
  });

  test.each([{ profile: 'shop' }, { region: 'eu-west-1' }])('one on AWS, by %j', (flags) => {
    expect(localEndpoint({ ...choice, ...flags }, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' })).toBeUndefined();
  });
});
