/** `npm test`: every check and test, part by part, and at the end one line that counts them all. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { cloudEnvironment } from '../local/cloud';
import { LOCAL, ROOT, tool } from '../local/paths';
import { Problem, messageOf } from '../local/problem';
import { run } from '../local/run';
import { provideToolchain } from '../local/toolchain';
import { checkMutants } from './mutation/check-mutants';

/** How many passed, failed and were skipped. */
interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const bin = (name: string): string => join(ROOT, 'node_modules', '.bin', name);

/** A part of jest's tests: a project, or some of its files; each test counts. */
interface JestPart {
  readonly project: string;
  readonly files?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Only run when it is named. */
  readonly optional?: boolean;
}

/** Commands, each of which counts as one check. */
interface Commands {
  readonly commands: readonly (readonly [string, ...string[]])[];
}

type Part = Commands | JestPart | { readonly check: () => Promise<Count> };

const PARTS: Readonly<Record<string, Part>> = {
  lint: {
    commands: [
      [bin('eslint'), '.', '--max-warnings', '0'],
      [bin('prettier'), '--check', '--log-level', 'warn', '.'],
    ],
  },
  typecheck: { commands: [[bin('tsc'), '--noEmit']] },
  unit: { project: 'unit' },
  mutation: { check: () => checkMutants((words) => { console.log(words); }) }, // prettier-ignore
  template: {
    commands: [
      [tool('sam'), 'validate', '--lint'],
      [tool('cfn-lint'), 'template.yaml'],
      [tool('python'), '-B', 'tests/template/iam/lint.py'],
    ],
  },
  int: { project: 'int' },
  e2e: { project: 'e2e' },
  cloud: { project: 'cloud' },
  browser: { project: 'browser' },
  soak: { project: 'cloud', files: 'tests/soak', env: { SOAK_EVENTS: '10000', ...process.env }, optional: true },
};

const RESULTS = join(LOCAL, 'test');

/** SAM validates as if for an account; nothing of the user's own is asked. */
const env = { ...cloudEnvironment('http://127.0.0.1:1'), AWS_ENDPOINT_URL: undefined, FORCE_COLOR: undefined };

async function runCommands({ commands }: Commands): Promise<Count> {
  let failed = 0;
  for (const [command, ...args] of commands) {
    try {
      await run(command, args, { env });
    } catch (error) {
      failed += 1;
      console.log(error instanceof Error && 'output' in error ? error.output : messageOf(error));
    }
  }
  return { passed: commands.length - failed, failed, skipped: 0 };
}

/** What jest writes with --json; https://jestjs.io/docs/configuration#testresultsprocessor-string. */
interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

/** Test files at once: end-to-end and browser tests share one local cloud each. Left out, jest's own choice. */
const WORKERS: Readonly<Record<string, readonly string[]>> = {
  unit: ['--maxWorkers', '100%'],
  int: ['--maxWorkers', '100%'],
  e2e: ['--runInBand'],
  cloud: ['--maxWorkers', '2'], // each waits most of the time, and has two servers
  browser: ['--runInBand'],
};

async function runJest({ project, files, env = process.env }: JestPart): Promise<Count> {
  const file = join(RESULTS, `${project}.json`);
  rmSync(file, { force: true });
  const workers = WORKERS[project] ?? [];
  const some = files === undefined ? [] : ['--testPathPatterns', files];
  const args = ['--selectProjects', project, '--json', '--outputFile', file, '--reporters', 'default'];
  const code = await runShowing(bin('jest'), [...args, ...workers, ...some], env);
  const results = readResults(file);
  const failed = (results?.numFailedTests ?? 0) + (results?.numRuntimeErrorTestSuites ?? 0);
  return {
    passed: results?.numPassedTests ?? 0,
    failed: code !== 0 && failed === 0 ? 1 : failed, // nothing ran, or the setup failed
    skipped: (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0),
  };
}

function readResults(file: string): JestResults | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JestResults;
  } catch {
    return undefined;
  }
}

/** Runs jest with its progress shown; its JSON goes to the file alone. */
function runShowing(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code ?? 1);
    });
  });
}

/** @throws Problem for anything but nothing or `--only` with the name of a part. */
function chooseParts(args: readonly string[]): [string, Part][] {
  const all = Object.entries(PARTS);
  if (args.length === 0) return all.filter(([, part]) => !('optional' in part));
  const chosen = all.filter(([name]) => args[0] === '--only' && args.length === 2 && args[1] === name);
  if (chosen.length > 0) return chosen;
  throw new Problem(`Usage: npm test -- [--only ${Object.keys(PARTS).join('|')}]`);
}

const runPart = (part: Part): Promise<Count> => {
  if ('project' in part) return runJest(part);
  return 'check' in part ? part.check() : runCommands(part);
};

async function main(): Promise<void> {
  const parts = chooseParts(process.argv.slice(2));
  mkdirSync(RESULTS, { recursive: true });
  await provideToolchain();
  let total: Count = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, part] of parts) {
    const since = Date.now();
    console.log(`\n── ${name} ──`);
    const count = await runPart(part);
    console.log(`${name}: ${describe(count)} in ${((Date.now() - since) / 1000).toFixed(1)} s`);
    total = {
      passed: total.passed + count.passed,
      failed: total.failed + count.failed,
      skipped: total.skipped + count.skipped,
    };
  }
  console.log(`\n${describe(total)}`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}

const describe = ({ passed, failed, skipped }: Count): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

main().catch((error: unknown) => {
  console.error(error instanceof Problem ? error.message : error);
  process.exitCode = error instanceof Problem ? 2 : 1;
});
