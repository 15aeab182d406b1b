/** The pure parts of local/: what `npm start` is asked for, what it prints, and what it writes for a shell. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { serverVersion } from '../../../local/database-software';
import { envFileText } from '../../../local/env-file';
import { lockFolder } from '../../../local/lock';
import { readOptions } from '../../../local/options';
import { outliveReaders } from '../../../local/outlive-readers';
import { Problem } from '../../../local/problem';
import { databaseUrl, parseDatabaseUrl } from '../../../local/read-model';
import { paint, renderReply } from '../../../local/render';
import { renderTable, wrapText } from '../../../local/table';
import { createSteps } from '../../../local/steps';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'order-pipeline-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the options of npm start', () => {
  test('have defaults', () => {
    expect(readOptions([], {})).toMatchObject({
      once: false,
      help: false,
      port: 4566,
      databasePort: 3316,
      consolePort: 4580,
    });
  });

  test('come from flags, before the environment', () => {
    const env = { ORDER_PIPELINE_PORT: '5001', ORDER_PIPELINE_DATABASE_PORT: '5002', DATABASE_URL: 'mysql://a@b' };
    expect(readOptions(['--once', '--port', '5003'], env)).toMatchObject({
      once: true,
      port: 5003,
      databasePort: 5002,
      databaseUrl: 'mysql://a@b',
    });
  });

  test('take an empty variable for none', () => {
    const names = ['PORT', 'DATABASE_PORT', 'CONSOLE_PORT', 'DIRECTORY'].map((name) => `ORDER_PIPELINE_${name}`);
    const empty = Object.fromEntries([...names, 'DATABASE_URL'].map((name) => [name, '']));
    expect(readOptions([], empty)).toEqual(readOptions([], {}));
  });

  test('want no console at --no-console or --once', () => {
    expect(readOptions(['--no-console', '--port', '4580'], {})).not.toHaveProperty('consolePort');
    expect(readOptions(['--once'], {})).not.toHaveProperty('consolePort');
    expect(readOptions(['--console-port', '5004'], {})).toMatchObject({ consolePort: 5004 });
  });

  test.each([
    [['--twice'], {}, '--twice'],
    [['extra'], {}, 'extra'],
    [['--port'], {}, '--port'],
    [['--port', '0'], {}, '--port must be a port from 1 to 65535, not "0".'],
    [['--port', '65536'], {}, '--port must be a port from 1 to 65535, not "65536".'],
    [['--database-port', '33o6'], {}, '--database-port must be a port from 1 to 65535, not "33o6".'],
    [[], { ORDER_PIPELINE_PORT: '-1' }, '$ORDER_PIPELINE_PORT must be a port from 1 to 65535, not "-1".'],
    [[], { DATABASE_URL: 'db.example.com' }, 'DATABASE_URL must be like mysql://'],
    [['--port', '4000', '--database-port', '4000'], {}, '--port and --database-port are both 4000'],
    [['--port', '4580'], {}, '--port and --console-port are both 4580'],
    [['--console-port', 'x'], {}, '--console-port must be a port from 1 to 65535, not "x".'],
  ])('refuse %j %j', (args, env, words) => {
    expect(() => readOptions(args, env)).toThrow(words);
  });
});

describe('DATABASE_URL', () => {
  test('names a server and a database', () => {
    expect(parseDatabaseUrl('mysql://me:p%40ss@[::1]:3307/mine')).toEqual({
      server: { DATABASE_HOST: '::1', DATABASE_PORT: 3307, DATABASE_USER: 'me', DATABASE_PASSWORD: 'p@ss' },
      name: 'mine',
    });
    expect(parseDatabaseUrl('mariadb://me@db.example.com/')).toEqual({
      server: { DATABASE_HOST: 'db.example.com', DATABASE_PORT: 3306, DATABASE_USER: 'me', DATABASE_PASSWORD: '' },
    });
  });

  test.each([
    '',
    'db.example.com',
    'postgres://me@host/db',
    'mysql://host/a-b',
    'mysql://host/a/b',
    'mysql:///x',
    'mysql://me:100%@host',
  ])('is not %j', (text) => {
    expect(() => parseDatabaseUrl(text)).toThrow(
      'DATABASE_URL must be like mysql://user:password@host:3306/order_pipeline.',
    );
  });

  test('is written so that it is read again', () => {
    const server = { DATABASE_HOST: 'h', DATABASE_PORT: 3306, DATABASE_USER: 'u:@/', DATABASE_PASSWORD: `p'"/?#` };
    expect(parseDatabaseUrl(databaseUrl({ ...server, DATABASE_NAME: 'n' }))).toEqual({ server, name: 'n' });
  });
});

describe('the version of a database server', () => {
  test.each([
    ['mariadbd  Ver 11.4.5-MariaDB for Linux on x86_64', { kind: 'MariaDB', number: '11.4.5' }],
    [
      '/usr/sbin/mariadbd  Ver 10.6.18-MariaDB-0ubuntu0.22.04.1 for debian-linux-gnu',
      { kind: 'MariaDB', number: '10.6.18' },
    ],
    ['mysqld  Ver 10.5.20-MariaDB for Linux', undefined],
    ['/usr/sbin/mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))', { kind: 'MySQL', number: '9.7.4' }],
    ['mysqld  Ver 5.7.44 for Linux on x86_64', undefined],
    ['', undefined],
    ['command not found', undefined],
  ])('of %j is %j', (printed, version) => {
    expect(serverVersion(printed)).toEqual(version);
  });
});

describe('the file for a shell', () => {
  const readModel = {
    DATABASE_HOST: '127.0.0.1',
    DATABASE_PORT: 3316,
    DATABASE_USER: 'me',
    DATABASE_PASSWORD: 'p',
    DATABASE_NAME: 'n',
  };

  test.each(['sh', 'bash'])(
    'sets the variables in %s, whatever characters they hold, and clears a profile',
    (shell) => {
      const file = path.join(folder, 'env');
      const name = `it's "$HOME" \`id\` \\ *`;
      writeFileSync(file, envFileText('http://127.0.0.1:4566', { EventBusName: name }, readModel));
      const script =
        '. "$1"; printf "%s|%s|%s|%s" "$EVENT_BUS_NAME" "$AWS_ENDPOINT_URL" "${AWS_PROFILE-unset}" "${PATH%%:*}"';
      const printed = execFileSync(shell, ['-c', script, 'x', file], {
        env: { PATH: process.env['PATH'], AWS_PROFILE: 'prod' },
      });
      expect(printed.toString()).toMatch(/\.local\/venv\/bin$/);
      expect(printed.toString().split('|').slice(0, 3)).toEqual([name, 'http://127.0.0.1:4566', 'unset']);
    },
  );
});

describe('a reply', () => {
  const colours = paint(false);

  test('of a command is a line', () => {
    const detail = {
      command: 'createOrder',
      orderid: '6101',
      commandStatus: 'orderCreated',
      version: 1,
      duplicate: true,
      commandMessageId: 'b0b5c1d2-e3f4',
    };
    expect(renderReply({ kind: 'orderCommandResponse', detail }, colours)).toBe(
      '  ✓ createOrder  6101  orderCreated  version 1  (duplicate)  to event b0b5c1d2…',
    );
  });

  test('that is a refusal tells every fault', () => {
    const errors = [{ code: 'invalidCommand', path: 'items', message: 'items must be a list' }];
    const detail = {
      command: null,
      orderid: null,
      commandStatus: 'rejected',
      errors,
      commandMessageId: 'b0b5c1d2-e3f4',
    };
    expect(renderReply({ kind: 'orderCommandResponse', detail }, colours)).toBe(
      '  ✗ rejected  to event b0b5c1d2…\n      invalidCommand: items must be a list',
    );
  });

  test('of a query is a table, numbers flush right', () => {
    expect(
      renderTable([
        { item: 'a', sold: 5 },
        { item: 'long', sold: 12 },
      ]),
    ).toEqual(['item  sold', 'a        5', 'long    12']);
  });

  test('has its columns under each other whatever is in them', () => {
    expect(
      renderTable([
        { name: '上海', city: 'a' },
        { name: 'cafe\u0301', city: 'b' },
        { name: 'ab', city: 'c' },
      ]),
    ).toEqual(['name  city', '上海  a', 'cafe\u0301  b', 'ab    c']);
  });

  test('has lines of no more columns than it may, and still all that is told', () => {
    const id = 'x'.repeat(64);
    const lines = renderTable([{ id, name: 'Ada Ahn', error: 'it must be a whole number from 1', n: 12 }], 40);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(40);
    expect(lines[0]).toMatch(/^id +name +error +n$/);
    expect(lines.slice(1).join(' ').split('x')).toHaveLength(65);
    expect(lines.join(' ')).toMatch(/it must.*be a.*whole.*number.*from 1/);
    expect(lines[1]?.indexOf('Ada')).toBe(lines[0]?.indexOf('name'));
  });

  test('of a text is broken between words, and within one that is too long', () => {
    expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapText('上海北京', 5)).toEqual(['上海', '北京']);
    expect(wrapText('', 5)).toEqual(['']);
  });

  test('with more to come tells how to get it', () => {
    const detail = {
      query: 'q',
      queryStatus: 200,
      queryResult: [{ a: 1 }],
      nextToken: 'W1si',
      queryMessageId: 'b0b5c1d2',
    };
    expect(renderReply({ kind: 'orderQueryResponse', detail }, colours)).toContain('more with "nextToken": "W1si"');
  });

  test('without rows says so', () => {
    const detail = { query: 'itemsSalesReport', queryStatus: 200, queryResult: [], queryMessageId: 'b0b5c1d2-e3f4' };
    expect(renderReply({ kind: 'orderQueryResponse', detail }, colours)).toBe(
      '  ✓ itemsSalesReport  200  to event b0b5c1d2…\n      (no rows)',
    );
  });
});

describe('steps', () => {
  const written = async (isTTY: boolean, work: () => Promise<void>): Promise<string> => {
    let text = '';
    const steps = createSteps({ isTTY, write: (more) => (text += more) });
    await steps.step('Work', work).catch(() => undefined);
    return text;
  };

  test('are a line each, with the time taken', async () => {
    expect(await written(false, () => Promise.resolve())).toMatch(/^✓ Work {2}\d+\.\d s\n$/);
  });

  test('that fail are marked', async () => {
    expect(await written(false, () => Promise.reject(new Error('no')))).toMatch(/^✗ Work/);
  });

  test('show on a terminal that they live', async () => {
    expect(await written(true, () => new Promise((resolve) => setTimeout(resolve, 400)))).toContain('… Work 0 s');
  });
});

test('a reader that is gone ends no program; any other fault of a stream does', () => {
  const stream = new PassThrough();
  outliveReaders(stream);
  stream.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  expect(() => stream.emit('error', Object.assign(new Error('write EIO'), { code: 'EIO' }))).toThrow('EIO');
});

describe('the lock of a folder', () => {
  test('is refused while its process lives, and taken over from one that died', () => {
    const release = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(`npm start is already running here (process ${process.pid})`);
    release();
    writeFileSync(path.join(folder, 'lock'), '999999999');
    lockFolder(folder)();
  });

  test('is a sentence where the folder cannot be one', () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    expect(() => lockFolder(path.join(file, 'run'))).toThrow(Problem);
    expect(() => lockFolder(path.join(file, 'run'))).toThrow(/ENOTDIR.* another folder in ORDER_PIPELINE_DIRECTORY/);
  });
});
