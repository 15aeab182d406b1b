/** What is mistyped, missing or away is told in a sentence with its remedy, and never with a stack trace. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { connect } from '../../../cli/connect';
import { runCli } from '../../../cli/program';
import { cli, MemoryPipeline } from '../../support/memory-pipeline';

const folder = mkdtempSync(join(tmpdir(), 'order-pipeline-test-'));
writeFileSync(join(folder, 'text.json'), 'not json\n');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the tool with the files and the connections of a real one. */
async function tool(args: readonly string[], env: NodeJS.ProcessEnv) {
  let stderr = '';
  const code = await runCli(args, {
    connect: (choice) => connect(choice, { ORDER_PIPELINE_DIRECTORY: folder, ...env }),
    readFile: (path) => readFileSync(path, 'utf8'),
    stdout: { write: () => true },
    stderr: { write: (text) => (stderr += text) },
    colours: false,
    sleep: () => Promise.resolve(),
  });
  return { code, stderr };
}

describe('which names its remedy:', () => {
  const nowhere = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };

  test.each([
    [['sned'], 2, 'Did you mean send?'],
    [['send', '--comand', 'createOrder'], 2, 'Did you mean --command?'],
    [['send', '--command'], 2, "option '--command <name>' argument missing\n(add --help for help)"],
    [['send'], 2, 'such as events/01-create-order.json'],
    [['send', join(folder, 'none.json')], 2, 'there is no such file; its path begins at the folder that you are in'],
    [['send', folder], 2, 'it is a folder'],
    [['send', join(folder, 'text.json')], 2, 'text.json:1: is no JSON: Unexpected token'],
    [['rebuild', '--segments', '99'], 2, 'a whole number from 1 to 40'],
    [['quarantine', 'show', 'abc'], 2, 'which quarantine ls shows'],
    [['status', '--stack-name', ''], 2, 'It is empty.'],
    [['reset', '--stack-name', 'a', '--stack-name', 'b', '--yes'], 2, 'It is given twice.'],
    [['status'], 1, 'ECONNREFUSED 127.0.0.1:1. Start it, in another terminal: npm start.'],
  ])('%j', async (args, code, words) => {
    const ended = await tool(args, nowhere);
    expect(ended).toEqual({ code, stderr: expect.stringContaining(words) });
    expect(ended.stderr).not.toMatch(/\n +at |undefined|\[object/);
    expect(ended.stderr.split('\n').length).toBeLessThanOrEqual(4);
  });

  test('an address that is none', async () => {
    const ended = await tool(['status'], { AWS_ENDPOINT_URL: 'localhost' });
    expect(ended).toEqual({ code: 2, stderr: expect.stringContaining('AWS_ENDPOINT_URL is no address: localhost. It is like http://127.0.0.1:4566') }); // prettier-ignore
  });

  test.each([
    [['failed', 'show', '3f1c2a9e'], 'There is no 3f1c2a9e here. The ids: npx order-pipeline failed ls\n'],
    [['failed', 'show', '3f1'], 'nor is that enough of one: 6 characters are. The ids: npx order-pipeline failed ls\n'],
    [['quarantine', 'show', '12'], 'Those that are: npx order-pipeline quarantine ls\n'],
  ])('%j', async (args, words) => {
    expect(await cli(new MemoryPipeline(), args)).toMatchObject({ code: 3, stderr: expect.stringContaining(words) });
  });

  test('a table that there is none of', async () => {
    const pipeline = new MemoryPipeline();
    const missing = Object.assign(new Error('Requested resource not found'), { name: 'ResourceNotFoundException' });
    jest.spyOn(pipeline.tables, 'makeEqual').mockRejectedValue(missing);
    const args = ['restore', '--orders-from', 'a', '--commands-from', 'b', '--yes'];
    expect(await cli(pipeline, args)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('There is no table b'),
    });
  });

  test.each([
    [{ code: 'ECONNREFUSED' }, 'The pipeline does not answer: why. On this machine: does npm start still run?'],
    [{ code: 'ENOTFOUND' }, 'The pipeline does not answer: why.'],
    [{ name: 'ExpiredTokenException' }, 'AWS does not know who asks: why. Sign in again'],
    [{ name: 'AccessDeniedException' }, 'AWS refuses this: why. What each command needs: docs/cli.md'],
    [{ name: 'ThrottlingException' }, 'ThrottlingException: why\n'],
  ])('an error such as %j, in the middle of the work', async (error, words) => {
    const pipeline = new MemoryPipeline();
    jest.spyOn(pipeline.bus, 'put').mockRejectedValue(Object.assign(new Error('why'), error));
    const { code, stderr } = await cli(pipeline, ['send', '--command', 'createOrder']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(words) });
  });
});

test('a reader that is gone, such as head, ends it without a stack trace', () => {
  const root = join(__dirname, '../../..');
  const { stderr } = spawnSync('sh', ['-c', 'node cli/order-pipeline.mjs --help | true'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
});
