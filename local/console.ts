/** The console beside the pipeline: a process of its own, which looks on as the command-line tool does. */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { envFile, runFolder, type StartOptions } from './options';
import { ROOT } from './paths';
import { startServerProcess, waitUntilReady, type ServerProcess } from './server-process';

/** Where it is; undefined where none is wanted. */
export const consoleUrl = ({ consolePort }: StartOptions): string | undefined =>
  consolePort === undefined ? undefined : `http://127.0.0.1:${consolePort}/`;

/**
 * Starts it; the file `env` must be there. Undefined where none is wanted.
 *
 * @returns the process, and when it answers: that rejects with a Problem where it does not come up.
 */
export function startConsole(options: StartOptions): { server: ServerProcess; ready: Promise<void> } | undefined {
  const { consolePort } = options;
  const url = consoleUrl(options);
  if (consolePort === undefined || url === undefined) return undefined;
  const log = join(runFolder(options), 'console.log');
  closeSync(openSync(log, 'a'));
  const program = ['--import', 'tsx', join(ROOT, 'console', 'main.ts')];
  const command = [process.execPath, ...program, '--port', String(consolePort), '--env', envFile(options)];
  const server = startServerProcess(command, log);
  const ready = waitUntilReady('The console', server, log, () => answers(url));
  ready.catch(() => undefined); // whoever started it asks later
  return { server, ready };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
