/** Runs a command to its end. */
import { spawn } from 'node:child_process';
import { ROOT } from './paths';

/** A command that ended badly; the message is its last lines. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  constructor(
    readonly command: string,
    /** Undefined where a signal ended it. */
    readonly exitCode: number | undefined,
    /** What it printed, both streams as they came. */
    readonly output: string,
  ) {
    const last = output.trim().split('\n').slice(-15).join('\n');
    super(`${command} failed${exitCode === undefined ? '' : ` (exit ${exitCode})`}:\n${last}`);
  }
}

/** How to run it. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Ends the command (SIGTERM) when aborted. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `command` and resolves to what it printed on stdout.
 *
 * @throws CommandFailed when it cannot be started or ends with another code than 0.
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const { input, cwd = ROOT, env = process.env, signal } = options;
    const child = spawn(command, args, { cwd, env, signal, stdio: 'pipe' });
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stdin.on('error', () => undefined); // it ended without reading; its exit code tells
    child.stdin.end(input);
    child.once('error', (error) => {
      reject(new CommandFailed(command, undefined, error.message));
    });
    child.once('close', (code) => {
      if (code === 0) resolve(stdout);
      else reject(new CommandFailed(command, code ?? undefined, output));
    });
  });
}
