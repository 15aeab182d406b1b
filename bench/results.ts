/** What a run found, and where and when it ran: what bench/results.json holds. */
import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../local/paths';
import { run } from '../local/run';
import type { BundleResult } from './bundles-bench';
import type { LossesResult } from './losses/measure';
import type { PipelineResult } from './pipeline-bench';
import type { CaseResult } from './projection-bench';
import type { QueryResult } from './queries-bench';
import type { RebuildResult } from './rebuild-bench';

export interface Circumstances {
  /** ISO 8601, UTC. */
  readonly date: string;
  /** With `+` where files differed from it. */
  readonly commit: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  /** One minute's load average at the beginning: what else the machine did. */
  readonly loadBefore: number;
}

export interface Results extends Circumstances {
  readonly mode: 'full' | 'quick';
  /** The same at the end: with what this run itself made of it. */
  readonly loadAfter: number;
  /** Milliseconds of `SELECT 1`, without and with the delaying proxy. */
  readonly roundTrip?: { readonly direct: number; readonly delayed: number };
  readonly projection?: readonly CaseResult[];
  readonly queries?: readonly QueryResult[];
  readonly rebuild?: RebuildResult;
  readonly pipeline?: PipelineResult;
  readonly bundles?: readonly BundleResult[];
  /** Of a run of its own, perhaps: it takes longer, and tells when it was. */
  readonly losses?: LossesResult;
}

const versionOf = (name: string): string =>
  (JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;

export const load = (): number => Number((loadavg()[0] ?? 0).toFixed(2));

export async function circumstances(database: string): Promise<Circumstances> {
  const git = (...args: string[]): Promise<string> => run('git', args).then((text) => text.trim(), () => 'unknown'); // prettier-ignore
  const isChanged = (await git('status', '--porcelain')) !== '';
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return {
    date: new Date().toISOString(),
    commit: (await git('rev-parse', '--short', 'HEAD')) + (isChanged ? '+' : ''),
    machine: `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}, ${memory} GB, ${platform()} ${release()}`,
    versions: { node: process.version, database, mysql2: versionOf('mysql2') },
    loadBefore: load(),
  };
}

/**
 * What is published after a run: its results, but what is lost is kept from a run with more orders, and everything else where that alone
 * was looked at.
 */
export function merged(old: Results, now: Results): Results {
  const isOnlyLosses = [now.projection, now.queries, now.rebuild, now.pipeline, now.bundles].every(
    (part) => part === undefined,
  );
  const isLess = (now.losses?.plan.orders ?? 0) < (old.losses?.plan.orders ?? 0);
  const losses = isLess ? old.losses : now.losses;
  return { ...(isOnlyLosses ? old : now), ...(losses !== undefined && { losses }) };
}
