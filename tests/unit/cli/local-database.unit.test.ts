/** Holding the database server of `npm start`: a process that is found by its file, stopped, and always let go on. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { connectLocalDatabase } from '../../../cli/local-database';
import { ROOT } from '../../../local/paths';

let folder: string;
let server: ChildProcess;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'order-pipeline-test-'));
  const directory = join(folder, 'run', 'database');
  mkdirSync(directory, { recursive: true });
  server = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)', directory]);
  writeFileSync(join(directory, 'server.pid'), `${server.pid}\n`);
});
afterEach(() => {
  server.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const isStopped = (): boolean =>
  execFileSync('ps', ['-o', 'stat=', '-p', String(server.pid)], { encoding: 'utf8' }).startsWith('T');

/** Fails by the test's own end where it never comes. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(20);
}

test('stops it, and lets it go on', async () => {
  const release = await connectLocalDatabase(folder).hold();
  expect(isStopped()).toBe(true);
  await release();
  expect(isStopped()).toBe(false);
});

test('lets it go on when the tool is killed', async () => {
  const hold = `require('tsx/cjs/api').register(); require('./cli/local-database.ts').connectLocalDatabase(${JSON.stringify(folder)}).hold(); setInterval(() => 0, 1000);`; // prettier-ignore
  const tool = spawn(process.execPath, ['-e', hold], { cwd: ROOT, stdio: 'inherit' });
  await until(isStopped);
  tool.kill('SIGKILL');
  await once(tool, 'exit');
  await until(() => !isStopped());
});

test('takes no process that is not the server of that folder, whatever the file says', async () => {
  const database = connectLocalDatabase(folder);
  database.require();
  writeFileSync(join(folder, 'run', 'database', 'server.pid'), String(process.pid));
  expect(() => {
    database.require();
  }).toThrow(expect.objectContaining({ exitCode: 2 }));
  await expect(Promise.resolve().then(() => database.hold())).rejects.toMatchObject({ exitCode: 2 });
});
