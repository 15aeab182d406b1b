/** What `npm start` says where the disk is full, and while it installs: the real bootstrap, told by a patched `statfsSync` how much is free. */
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ROOT } from '../../../local/paths';

let clone: string;

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'clone-'));
  for (const folder of ['local', 'bin', 'node_modules', '.local/venv']) mkdirSync(join(clone, folder), { recursive: true }); // prettier-ignore
  for (const file of ['local/bootstrap.mjs', 'local/room.mjs', 'package-lock.json'])
    copyFileSync(join(ROOT, file), join(clone, file));
  // npm that cannot write, and says so in its own way
  writeFileSync(join(clone, 'bin', 'npm'), '#!/bin/sh\necho npm ran; exit 1\n', { mode: 0o755 });
});

afterEach(() => {
  rmSync(clone, { recursive: true });
});

/** @param megabytes that are free, each time it is asked. */
function argumentsWith(megabytes: readonly number[]): string[] {
  const patch = `import fs, { statSync } from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
    const free = ${JSON.stringify(megabytes)};
    fs.statfsSync = (folder) => ({ bsize: 2 ** 20, bavail: statSync(folder) && free.shift() }); syncBuiltinESMExports();`;
  return ['--import', `data:text/javascript,${encodeURIComponent(patch)}`, 'local/bootstrap.mjs', 'start'];
}

const options = () => ({ cwd: clone, env: { ...process.env, PATH: `${join(clone, 'bin')}:/usr/bin:/bin` } });

function startWith(...megabytes: readonly number[]): { code: number | null; said: string } {
  const args = argumentsWith(megabytes);
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { ...options(), encoding: 'utf8' });
  return { code: status, said: stdout + stderr };
}

test('where all is to be brought in, it says how much room that takes before anything is begun', () => {
  const { code, said } = startWith(1879);
  expect(code).toBe(1);
  expect(said.trim()).toBe(
    `There is too little room on the disk of ${clone}: 1880 MB are needed, and 1879 MB are free. Make room there, or clone onto another disk, and try again.`,
  );
});

test('what is there already takes no room', () => {
  writeFileSync(join(clone, '.local/venv/stamp'), '');
  expect(startWith(1259).said).toContain('1260 MB are needed, and 1259 MB are free');
  writeFileSync(join(clone, 'bin', 'mysqld'), '');
  expect(startWith(559).said).toContain('560 MB are needed, and 559 MB are free');
  expect(startWith(560, 400).said).toContain('npm ran');
});

test('packages that cannot be installed are put down to the network, or to a disk that is full by now', () => {
  expect(startWith(2000, 400).said).toMatch(
    /npm ran\n+The Node packages could not be installed\. Is the network there\?/,
  );
  const { code, said } = startWith(2000, 49);
  expect(code).toBe(1);
  expect(said).toContain(`The disk of ${clone} is full (49 MB are free)`);
  expect(said).not.toContain('network');
});

test('a run that fails on a full disk ends with what may well be the reason', () => {
  writeFileSync(join(clone, 'node_modules', '.package-lock.json'), ''); // as after npm ci; there is no tsx, so the run fails at once
  const { code, said } = startWith(2000, 3);
  expect(code).not.toBe(0);
  expect(said).toContain(`The disk of ${clone} is full (3 MB are free)`);
  expect(startWith(2000, 400).said).not.toContain('is full');
});

test('interrupted while npm installs, it ends npm at once, which would install all the rest first', async () => {
  const npm = `#!/bin/sh\ntrap '' INT TERM\necho $$ > "${join(clone, 'npm.pid')}"\nexec sleep 60\n`;
  writeFileSync(join(clone, 'bin', 'npm'), npm, { mode: 0o755 });
  const child = spawn(process.execPath, argumentsWith([2000]), options());
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const ended = new Promise((resolve) => child.once('close', resolve));
  while (!existsSync(join(clone, 'npm.pid'))) await setTimeout(20);
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(said).toBe('Interrupted. The Node packages are not installed; the next start begins with them.\n');
  const npmPid = Number(readFileSync(join(clone, 'npm.pid'), 'utf8'));
  expect(() => process.kill(npmPid, 0)).toThrow('ESRCH');
});
