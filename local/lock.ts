/** One run at a time in a folder: what a run makes, the next one empties. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from './problem';

/**
 * Takes the folder for this process.
 *
 * @returns gives it back.
 * @throws Problem naming the process that has it.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'lock');
  const holder = readHolder(file);
  if (holder !== undefined && isAlive(holder)) {
    throw new Problem(
      `npm start is already running here (process ${holder}): end it with Ctrl-C in its terminal. If it is not, delete ${file}.`,
    );
  }
  rmSync(file, { force: true }); // its process was killed; its servers went with it
  writeFileSync(file, String(process.pid), { flag: 'wx' });
  return () => {
    rmSync(file, { force: true });
  };
}

function readHolder(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
