/** A run whose starter is killed ends by itself: its servers would have no owner. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '../../support/send';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lifetime-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Begins a run, says so, and tells when it has ended. */
const RUN = `
const { writeFileSync } = require('node:fs');
const { beginLifetime } = require('./local/lifetime.ts');
const [, folder] = process.argv;
const lifetime = beginLifetime();
lifetime.atEnd(() => writeFileSync(folder + '/ended', ''));
const stay = setInterval(() => {}, 1000);
writeFileSync(folder + '/begun', '');
void lifetime.asked.then(() => lifetime.end()).then(() => clearInterval(stay));
`;

const STARTER = `
const { spawn } = require('node:child_process');
spawn(process.execPath, ['--import', 'tsx', '-e', ${JSON.stringify(RUN)}, process.argv[1]], { stdio: 'ignore' });
`;

test('a run ends when who started it is killed, and not before', async () => {
  const starter = spawn(process.execPath, ['-e', STARTER, folder], { stdio: 'ignore' });
  await until('its beginning', () => existsSync(join(folder, 'begun')));
  await new Promise((resolve) => setTimeout(resolve, 1_200)); // it has looked twice
  expect(existsSync(join(folder, 'ended'))).toBe(false);
  starter.kill('SIGKILL');
  await until('its end', () => existsSync(join(folder, 'ended')), 20_000);
});
