/** The same stream of records, and the same faults, for the projector and for the seed's way: what each of them loses. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchDatabase } from '../bench-database';
import { circumstances, type Circumstances } from '../results';
import { compare, type Difference } from './compare';
import { countQuarantined, readFound } from './found';
import { startFunction } from './function-process';
import { SIDES, type Side } from './handlers';
import { deliverAll, type Deliveries, type Mapping } from './mapping';
import { startOutageProxy, type OutageProxy } from './outage-proxy';
import { makeStream, poisonIn, wanted, type Entry, type Plan } from './records';

/** How much is delivered, and what goes wrong. */
export interface LossesPlan extends Plan {
  readonly perSecond: number;
  /** How long the database is away; from a third of the stream on. */
  readonly outageSeconds: number;
}

/** What came of it on one side. */
export interface Losses extends Difference, Deliveries {
  readonly kills: number;
  /** Errors that ended in an answer as if all were well. */
  readonly keptToItself: number;
  readonly quarantined: number;
}

export interface LossesResult extends Circumstances {
  readonly plan: LossesPlan;
  readonly records: number;
  /** Records that cannot be projected. */
  readonly poison: number;
  readonly projector: Losses;
  readonly seed: Losses;
}

/** As each one's template has it: ours tries for as long as the stream keeps the records. The seed's 60 seconds for a record are never over. */
const MAPPINGS: Readonly<Record<Side, Mapping>> = {
  projector: { batch: 1_000, retries: Infinity },
  seed: { batch: 1, retries: 2 },
};

const clock = { now: () => performance.now(), sleep: (ms: number) => sleep(ms) };

async function runSide(
  side: Side,
  entries: readonly Entry[],
  perSecond: number,
  database: BenchDatabase,
  proxy: OutageProxy,
): Promise<Losses> {
  // prettier-ignore
  const own = startFunction(side, database.config, proxy);
  const killed = new Set<Entry>();
  const deliver = (batch: readonly Entry[]): Promise<boolean> => {
    const dying = batch.find((entry) => entry.killAfter !== undefined && !killed.has(entry));
    if (dying !== undefined) killed.add(dying);
    return own.deliver(batch.map(({ record }) => record), dying?.killAfter); // prettier-ignore
  };
  const deliveries = await deliverAll(entries, perSecond, MAPPINGS[side], deliver, clock).finally(() => {
    own.stop();
  });
  const difference = compare(wanted(entries), await readFound(database.connection, side));
  const quarantined = side === 'projector' ? await countQuarantined(database.connection) : 0;
  return { ...difference, ...deliveries, ...own.counts, quarantined };
}

/** @param say tells what is done now. */
export async function measureLosses(
  plan: LossesPlan,
  database: BenchDatabase,
  say: (words: string) => void,
): Promise<LossesResult> {
  // prettier-ignore
  await database.empty();
  const entries = makeStream(plan);
  const proxies = await Promise.all(SIDES.map(() => startOutageProxy(database.config.DATABASE_PORT)));
  say(`losses: ${entries.length} records, ${plan.perSecond} a second`);
  const outage = (async () => {
    await sleep((entries.length / plan.perSecond / 3) * 1000);
    say(`losses: the database is away for ${plan.outageSeconds} s`);
    for (const proxy of proxies) proxy.cut();
    await sleep(plan.outageSeconds * 1000);
    for (const proxy of proxies) proxy.mend();
    say('losses: it is back');
  })();
  const where = await circumstances(database.name);
  const results = await Promise.all(
    SIDES.map(async (side, n): Promise<[Side, Losses]> => {
      const proxy = proxies[n];
      if (proxy === undefined) throw new Error('Each side has a proxy');
      return [side, await runSide(side, entries, plan.perSecond, database, proxy)];
    }),
  );
  await outage;
  await Promise.all(proxies.map((proxy) => proxy.close()));
  const bySide = Object.fromEntries(results) as Record<Side, Losses>;
  for (const [side, losses] of results) say(`losses: ${side}: ${JSON.stringify(losses)}`);
  return { ...where, plan, records: entries.length, poison: poisonIn(entries), ...bySide };
}
