/** A copy of the project in which a mistake can be made and the unit tests be run. The working tree is never touched. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL, ROOT } from '../../local/paths';

/** What the tests said; `broken` where they could not even be run, which proves nothing. */
export type Verdict = 'passed' | 'failed' | 'broken';

/** The same lots each time, so that a mutant does not survive by luck. */
const LOTS = { SEED: '1', SCHEDULES: '300' };

export class Workshop {
  readonly #folder: string;

  constructor(name: string) {
    this.#folder = join(LOCAL, 'mutation', name);
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
    for (const entry of readdirSync(ROOT).filter((one) => !one.startsWith('.') && one !== 'node_modules'))
      cpSync(join(ROOT, entry), join(this.#folder, entry), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(this.#folder, 'node_modules'));
  }

  /** Runs the unit test files whose path contains `tests`, with `file` changed meanwhile. */
  async runWith(file: string, change: (text: string) => string, tests: string): Promise<Verdict> {
    const path = join(this.#folder, file);
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, change(before));
    try {
      return await this.run(tests);
    } finally {
      writeFileSync(path, before);
    }
  }

  async run(tests: string): Promise<Verdict> {
    const output = join(this.#folder, 'results.json');
    rmSync(output, { force: true });
    const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
    const args = ['--selectProjects', 'unit', '--runInBand', '--json', '--outputFile', output, '--testPathPatterns', tests]; // prettier-ignore
    await new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [jest, ...args], { cwd: this.#folder, env: { ...process.env, ...LOTS }, stdio: 'ignore' }); // prettier-ignore
      child.once('error', reject);
      child.once('close', resolve);
    });
    return verdictOf(output);
  }
}

/** What jest writes with --json; https://jestjs.io/docs/configuration#testresultsprocessor-string. */
interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

function verdictOf(output: string): Verdict {
  let results: Results;
  try {
    results = JSON.parse(readFileSync(output, 'utf8')) as Results;
  } catch {
    return 'broken';
  }
  if (results.numRuntimeErrorTestSuites > 0 || results.numPassedTests + results.numFailedTests === 0) return 'broken';
  return results.numFailedTests > 0 ? 'failed' : 'passed';
}
