/** Each function's bundle as `sam build` makes it: size, time to load, memory; beside it the stock libraries, bundled plainly. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { buildTemplate } from '../local/build';
import { LOCAL, ROOT } from '../local/paths';
import { provideToolchain } from '../local/toolchain';
import { spreadOf, type Spread } from './statistics';

export interface BundleResult {
  readonly bundle: string;
  /** Of the code alone: certificates are files beside it. */
  readonly kilobytes: number;
  /** From `require` to its end, in a new process. */
  readonly loadMilliseconds: Spread;
  /** What loading adds to the process's resident memory. */
  readonly megabytes: Spread;
}

/** What a function that signs in to Aurora by IAM would take, as it comes. */
const STOCK = "export { createPool } from 'mysql2/promise'; export { Signer } from '@aws-sdk/rds-signer';";
const STOCK_NAME = 'stock mysql2 and rds-signer';

async function bundleStock(): Promise<string> {
  const outfile = join(LOCAL, 'bench', 'stock.js');
  mkdirSync(dirname(outfile), { recursive: true });
  await build({ stdin: { contents: STOCK, resolveDir: ROOT }, bundle: true, minify: true, platform: 'node', target: 'node20', outfile, logLevel: 'error' }); // prettier-ignore
  return outfile;
}

/** The built functions' code, by name. */
async function builtFunctions(): Promise<[name: string, file: string][]> {
  await provideToolchain();
  const folder = dirname(await buildTemplate());
  return readdirSync(folder)
    .map((name): [string, string] => [name, join(folder, name, 'handler.js')])
    .filter(([, file]) => existsSync(file));
}

const LOAD = `const before = process.memoryUsage.rss(); const start = performance.now(); require(process.argv[1]);
console.log(JSON.stringify([performance.now() - start, (process.memoryUsage.rss() - before) / 1e6]));`;

/** What functions read when they start; nothing is connected to. */
const ENVIRONMENT = { ORDERS_TABLE: 'orders', DATABASE_HOST: '127.0.0.1', DATABASE_PORT: '3306', DATABASE_NAME: 'bench', DATABASE_USER: 'nobody', DATABASE_SIGN_IN: 'secret', DATABASE_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:none', DATABASE_TLS: 'off', AWS_REGION: 'eu-west-1' }; // prettier-ignore

async function load(file: string): Promise<[milliseconds: number, megabytes: number]> {
  const env = { PATH: process.env['PATH'], ...ENVIRONMENT };
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', LOAD, file], { env });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as [number, number];
}

export async function measureBundles(repetitions: number, say: (words: string) => void): Promise<BundleResult[]> {
  const bundles: [string, string][] = [[STOCK_NAME, await bundleStock()], ...(await builtFunctions())];
  const loads = bundles.map(([bundle, file]) => ({ bundle, file, times: [] as number[], memory: [] as number[] }));
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    for (const { file, times, memory } of loads) {
      const [milliseconds, megabytes] = await load(file);
      times.push(milliseconds);
      memory.push(megabytes);
    }
  }
  return loads.map(({ bundle, file, times, memory }) => {
    const result = { bundle, kilobytes: Math.round(statSync(file).size / 1000), loadMilliseconds: spreadOf(times), megabytes: spreadOf(memory) }; // prettier-ignore
    say(`${bundle}: ${result.kilobytes} KB, ${result.loadMilliseconds.median} ms`);
    return result;
  });
}
