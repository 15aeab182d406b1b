/** The functions' bundles against the stock libraries bundled plainly: size, time to load, memory. */
import { execFileSync } from 'node:child_process';
import { buildBundles, buildStock, type Bundle } from './build-bundles';

/** Least, middle and most of what was measured. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** What one bundle costs. */
export interface BundleMeasure {
  /** The function's logical name, or `stock`. */
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds of `require` in a process of its own. */
  readonly loadMs: Spread;
  /** Milliseconds of processor time of the same: what others on the machine disturb less. */
  readonly cpuMs: Spread;
  /** Megabytes that the process holds more after that (resident set). */
  readonly memoryMb: Spread;
  /** Its median time to load as a part of the stock one's. */
  readonly loadRatio: number;
  /** The same of processor time. */
  readonly cpuRatio: number;
}

/** What Lambda and the template put into a function's environment; nothing is connected to. */
const ENVIRONMENT = {
  AWS_REGION: 'eu-central-1',
  DATABASE_HOST: 'database.example.org',
  DATABASE_PORT: '3306',
  DATABASE_USER: 'user',
  DATABASE_NAME: 'orders',
  DATABASE_TLS: 'verify',
  DATABASE_SIGN_IN: 'iam',
  ORDERS_TABLE: 'orders',
};

const LOAD = `
  const before = process.memoryUsage.rss();
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  require(process.argv[1]);
  const loadMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = (user + system) / 1000;
  const memoryMb = (process.memoryUsage.rss() - before) / 1e6;
  require('fs').writeSync(1, JSON.stringify({ loadMs, cpuMs, memoryMb }));
  process.exit();`;

interface Load {
  readonly loadMs: number;
  readonly cpuMs: number;
  readonly memoryMb: number;
}

/** Starts a process that loads the bundle and ends. */
function load(bundle: Bundle): Load {
  const options = { env: { ...process.env, ...ENVIRONMENT }, encoding: 'utf8' } as const;
  return JSON.parse(execFileSync(process.execPath, ['-e', LOAD, bundle.file], options)) as Load;
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? NaN;
  return { min: at(0), median: at(0.5), max: at(1) };
}

/**
 * Builds every function's bundle as the template says, and a stock one, and loads them in turns, each time in a new process.
 *
 * @param into folder for the bundles.
 * @param rounds how often each is loaded; the first round, which warms the disk's cache, comes on top and does not count.
 * @returns one entry a function, and `stock` last.
 */
export function measureBundles(into: string, rounds = 9): BundleMeasure[] {
  const bundles = [...buildBundles(into), buildStock(into)];
  bundles.forEach(load);
  const loads = bundles.map((): Load[] => []);
  for (let turn = 0; turn < rounds * bundles.length; turn += 1) {
    const index = (turn + Math.floor(turn / bundles.length)) % bundles.length; // no one is behind the same one in every round
    const bundle = bundles[index];
    if (bundle !== undefined) loads[index]?.push(load(bundle));
  }
  const measured = bundles.map(({ name, bytes }, index) => ({
    name,
    bytes,
    loadMs: spread((loads[index] ?? []).map(({ loadMs }) => loadMs)),
    cpuMs: spread((loads[index] ?? []).map(({ cpuMs }) => cpuMs)),
    memoryMb: spread((loads[index] ?? []).map(({ memoryMb }) => memoryMb)),
  }));
  const stock = measured.at(-1);
  const ratio = (mine: Spread, its: Spread | undefined): number => mine.median / (its?.median ?? NaN);
  return measured.map((one) => ({
    ...one,
    loadRatio: ratio(one.loadMs, stock?.loadMs),
    cpuRatio: ratio(one.cpuMs, stock?.cpuMs),
  }));
}
