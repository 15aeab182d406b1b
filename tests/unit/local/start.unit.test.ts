/** The parts of `npm start` that need nothing running. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverVersion } from '../../../local/database-software';
import { envFileText } from '../../../local/env-file';
import { lockFolder } from '../../../local/lock';
import { readOptions } from '../../../local/options';
import { databaseUrl, parseDatabaseUrl } from '../../../local/read-model';
import { paint, renderReply, renderTable } from '../../../local/render';
import { createSteps } from '../../../local/steps';

describe('options', () => {
  test('flags win over the environment, the environment over the defaults', () => {
    expect(readOptions([], {})).toMatchObject({ once: false, port: 4566, databasePort: 3316 });
    const env = { ORDER_PIPELINE_PORT: '5000', ORDER_PIPELINE_DATABASE_PORT: '5001' };
    expect(readOptions(['--once', '--port', '6000'], env)).toMatchObject({
      once: true,
      port: 6000,
      databasePort: 5001,
    });
  });

  test.each([
    [['--port', '0']],
    [['--port', '65536']],
    [['--port', 'x']],
    [['--twice']],
    [['stray']],
    [['--port', '3316']],
  ])('%j is refused', (args) => {
    expect(() => readOptions(args, {})).toThrow(/--port|--twice|stray/);
  });
});

describe('DATABASE_URL', () => {
  test('is read back as it was written, whatever the password', () => {
    const server = {
      DATABASE_HOST: 'db',
      DATABASE_PORT: 3307,
      DATABASE_USER: 'me',
      DATABASE_PASSWORD: 'p@ss/w:rd #1%',
    };
    const text = databaseUrl({ ...server, DATABASE_NAME: 'orders' });
    expect(parseDatabaseUrl(text)).toEqual({ server, name: 'orders' });
  });

  test('has a default port and may leave out the name', () => {
    expect(parseDatabaseUrl('mysql://me:x@db')).toMatchObject({ server: { DATABASE_PORT: 3306 } });
    expect(parseDatabaseUrl('mysql://me:x@db')).not.toHaveProperty('name');
  });

  test.each(['', 'db:3306', 'postgres://me@db/x', 'mysql://me@db/a-b'])('%j is refused', (text) => {
    expect(() => parseDatabaseUrl(text)).toThrow('DATABASE_URL must be like');
  });
});

test.each([
  ['mariadbd  Ver 10.6.18-MariaDB for debian-linux-gnu on x86_64', { kind: 'MariaDB', number: '10.6.18' }],
  ['mariadbd  Ver 10.5.29-MariaDB for Linux on x86_64', undefined],
  ['mysqld  Ver 8.0.36 for Linux on x86_64 (MySQL Community Server - GPL)', { kind: 'MySQL', number: '8.0.36' }],
  ['mysqld  Ver 5.7.44 for Linux', undefined],
  ['', undefined],
])('the server version in %j', (printed, expected) => {
  expect(serverVersion(printed)).toEqual(expected);
});

describe('replies as text', () => {
  const plain = paint(false);

  test('a table has its numbers flush right', () => {
    expect(
      renderTable([
        { itemid: 'z3333', totalordered: 8 },
        { itemid: 'z4', totalordered: 12 },
      ]),
    ).toEqual(['itemid  totalordered', 'z3333              8', 'z4                12']);
  });

  test('a duplicate says so, a refusal tells each fault', () => {
    const detail = { command: 'createOrder', orderid: '1', commandStatus: 'orderCreated', version: 1, duplicate: true };
    expect(renderReply({ kind: 'orderCommandResponse', detail }, plain)).toContain('version 1  (duplicate)');
    const errors = [{ code: 'invalidCommand', path: 'orderId', message: 'orderId must be a string' }];
    const refused = { command: 'createOrder', orderid: null, commandStatus: 'rejected', errors };
    expect(renderReply({ kind: 'orderCommandResponse', detail: refused }, plain).split('\n')).toEqual([
      '  ✗ createOrder  rejected  orderCommandResponse',
      '      invalidCommand: orderId must be a string',
    ]);
  });

  test('a query without rows is one line', () => {
    const detail = { query: 'itemsSalesReport', queryStatus: 200, queryResult: [] };
    expect(renderReply({ kind: 'orderQueryResponse', detail }, plain)).toBe(
      '  ✓ itemsSalesReport  200  orderQueryResponse',
    );
  });
});

test('a step is printed with its time, and marked when it failed', async () => {
  const lines: string[] = [];
  const steps = createSteps({ write: (text) => lines.push(text) });
  await expect(steps.step('good', () => Promise.resolve(7))).resolves.toBe(7);
  await expect(steps.step('bad', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(lines).toEqual([
    expect.stringMatching(/^✓ good {2}\d\.\d s\n$/),
    expect.stringMatching(/^✗ bad {2}\d\.\d s\n$/),
  ]);
});

describe('files of a run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'start-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test('a folder that a living process holds is refused; that of a dead one is taken', () => {
    const unlock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(`process ${process.pid}`);
    unlock();
    writeFileSync(join(folder, 'lock'), '999999999');
    lockFolder(folder)();
  });

  test('the env file means the same to a shell as to us, quotes and all', () => {
    const file = join(folder, 'env');
    const readModel = {
      DATABASE_HOST: 'db',
      DATABASE_PORT: 1,
      DATABASE_USER: "o'hara",
      DATABASE_PASSWORD: '$(x)',
      DATABASE_NAME: 'n',
    };
    writeFileSync(file, envFileText('http://127.0.0.1:1', { EventBusName: "b'u$s" }, readModel));
    const script = '. "$1"; printf "%s\\n" "$EVENT_BUS_NAME" "$READ_MODEL_URL" "${AWS_PROFILE-unset}"';
    const env = { PATH: process.env['PATH'], AWS_PROFILE: 'mine' };
    const printed = execFileSync('sh', ['-eu', '-c', script, 'sh', file], { env }).toString();
    expect(printed.split('\n').slice(0, 3)).toEqual(["b'u$s", databaseUrl(readModel), 'unset']);
  });
});
