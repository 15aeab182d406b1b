/** One run at a time in a folder: what a run makes, the next one empties. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem, messageOf } from './problem';

/**
 * Takes the folder for this process.
 *
 * @returns gives it back.
 * @throws Problem naming the process that has it, or why the folder cannot be used.
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'lock');
  const holder = readHolder(file);
  if (holder !== undefined && isAlive(holder)) {
    throw new Problem(
      `npm start is already running here (process ${holder}): end it with Ctrl-C in its terminal. If it is not, delete ${file}. ` +
        'For another beside it, give it a folder (ORDER_PIPELINE_DIRECTORY) and ports of its own.',
    );
  }
  try {
    mkdirSync(folder, { recursive: true });
    rmSync(file, { force: true }); // its process was killed; its servers went with it
    writeFileSync(file, String(process.pid), { flag: 'wx' });
  } catch (error) {
    throw new Problem(
      `npm start keeps what belongs to a run in ${folder}, which cannot be used: ${messageOf(error)}. ` +
        'Make it yours, or name another folder in ORDER_PIPELINE_DIRECTORY.',
    );
  }
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
