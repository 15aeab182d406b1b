/** The command-line tool as a program: real clients, the terminal, and the exit code. */
import { readFileSync } from 'node:fs';
import { connect } from './connect';
import { runCli } from './program';

const dependencies = {
  connect: (choice: Parameters<typeof connect>[0]) => connect(choice, process.env),
  readFile: (path: string) => readFileSync(path === '-' ? 0 : path, 'utf8'),
  stdout: process.stdout,
  stderr: process.stderr,
  colours: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
};

void runCli(process.argv.slice(2), dependencies).then((code) => {
  process.exitCode = code;
});
