/** The tool as a whole: help, exit codes, `status`, and which pipeline is meant. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { localEndpoint } from '../../../cli/connect';
import { envFileText } from '../../../local/env-file';
import { cli, MemoryPipeline } from '../../support/memory-pipeline';

describe('help', () => {
  test.each([
    [[]],
    [['send']],
    [['status']],
    [['failed']],
    [['failed', 'ls']],
    [['quarantine']],
    [['quarantine', 'redrive']],
    [['reproject']],
    [['restore']],
    [['simulate']],
    [['simulate', 'load']],
    [['simulate', 'cancel']],
    [['tour']],
    [['reset']],
    [['reconcile']],
  ])('of %j has examples and ends with 0', async (args) => {
    const { code, stdout } = await cli(new MemoryPipeline(), [...args, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Examples:\n  $ npx order-pipeline');
  });

  test('of a command below tells its arguments', async () => {
    expect((await cli(new MemoryPipeline(), ['failed', 'discard', '--help'])).stdout).toContain('<id...>');
  });

  test('lists every exit code', async () => {
    expect((await cli(new MemoryPipeline(), ['--help'])).stdout).toContain(
      'Exit codes: 0 done · 1 failed · 2 wrong arguments or file · 3 not found · 4 answered by a refusal · 5 no reply in time ·\n6 the two sides differ · 130 interrupted',
    );
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
    rmSync(folder, { recursive: true });
  });

  test.each([{ profile: 'shop' }, { region: 'eu-west-1' }])('one on AWS, by %j', (flags) => {
    expect(localEndpoint({ ...choice, ...flags }, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' })).toBeUndefined();
  });
});
