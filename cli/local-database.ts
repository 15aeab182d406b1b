/** The database server that `npm start` runs on this machine, held still as by a machine that does not answer. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { databasePidFile } from '../local/database-server';
import { CliProblem, EXIT } from './exit';
import type { LocalDatabase } from './pipeline';

/** Stops a process until standard input ends: so it goes on however the program that started us dies, kill -9 included. */
const HOLD = 'kill -s STOP "$0" && echo held && read -r _; kill -s CONT "$0"';

/** @param folder of the running `npm start`; undefined where the pipeline is not of this machine's. */
export const connectLocalDatabase = (folder: string | undefined): LocalDatabase => ({
  require: () => void serverOf(folder),
  hold: () => holdProcess(serverOf(folder)),
});

function serverOf(folder: string | undefined): number {
  const directory = folder === undefined ? undefined : join(folder, 'run', 'database');
  const pid = directory === undefined ? undefined : readPid(databasePidFile(directory));
  if (directory === undefined || pid === undefined || !commandOf(pid).includes(directory))
    throw new CliProblem(
      EXIT.usage,
      'Only the database server that npm start runs on this machine can be held: not one on AWS, nor one of your own (DATABASE_URL). Leave --db-pause out.',
    );
  return pid;
}

function readPid(file: string): number | undefined {
  const text = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
}

/** With its arguments; empty where there is no such process. The file may be of a server that has crashed. */
function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

async function holdProcess(pid: number): Promise<() => Promise<void>> {
  const child = spawn('/bin/sh', ['-c', HOLD, String(pid)], {
    detached: true, // Ctrl-C reaches only us
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => { resolve(); })); // prettier-ignore
  const held = new Promise<void>((resolve) => child.stdout.once('data', () => { resolve(); })); // prettier-ignore
  await Promise.race([held, ended]);
  if (child.exitCode !== null) throw new CliProblem(EXIT.failed, `The database server (process ${pid}) could not be held.`); // prettier-ignore
  return async () => {
    child.stdin.end();
    await ended;
  };
}
