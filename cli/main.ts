/** The command-line tool as a program: real clients, the terminal, and the exit code. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { outliveReaders } from '../local/outlive-readers';
import { browserOf } from './browser';
import { connect } from './connect';
import { runCli } from './program';

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT')); // else Ctrl-C would end the question alone
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

function onInterrupt(listener: () => void): () => void {
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.removeListener(signal, listener);
  };
}

const openBrowser = browserOf(process.stdout.isTTY, process.platform, process.env);

outliveReaders(process.stdout, process.stderr);

const dependencies = {
  connect: (choice: Parameters<typeof connect>[0]) => connect(choice, process.env),
  readFile: (path: string) => readFileSync(path === '-' ? 0 : path, 'utf8'),
  stdout: process.stdout,
  stderr: process.stderr,
  sleep,
  ...(process.stdin.isTTY && process.stderr.isTTY && { ask }),
  ...(openBrowser && { openBrowser }),
  onInterrupt,
  colours: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '', // no-color.org
};

void runCli(process.argv.slice(2), dependencies).then((code) => {
  process.exitCode = code;
});
