/** The console beside the pipeline: a process of its own, which looks on as the command-line tool does. */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths';
import { startServerProcess, waitUntilReady, type ServerProcess } from './server-process';

/** Where it is, for a browser. */
export const consoleUrl = (port: number): string => `http://127.0.0.1:${port}/`;

export interface ConsoleChoice {
  readonly port: number;
  /** As `npm start` writes it; it must be there. */
  readonly envFile: string;
  /** File that its output is appended to. */
  readonly log: string;
}

/** @returns the process, and when it answers: that rejects with a Problem where it does not come up. */
export function startConsole({ port, envFile, log }: ConsoleChoice): { server: ServerProcess; ready: Promise<void> } {
  closeSync(openSync(log, 'a'));
  const program = ['--import', 'tsx', join(ROOT, 'console', 'main.ts'), '--port', String(port), '--env', envFile];
  const server = startServerProcess([process.execPath, ...program], log);
  const ready = waitUntilReady('The console', server, log, () => answers(consoleUrl(port)));
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
