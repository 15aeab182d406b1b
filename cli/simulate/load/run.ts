/** A load: events at a rate, their replies judged, and what the pipeline keeps of them looked for. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Output } from '../../output';
import type { Pipeline, Replies } from '../../pipeline';
import { within } from '../../within';
import { Exchange } from './exchange';
import { Follower } from './follower';
import { notParked, notQuarantined } from './kept';
import { Pause } from './pause';
import { planOf, type PlanOptions } from './plan';
import { Sender } from './sender';
import { Tally } from './tally';

export interface LoadOptions extends PlanOptions {
  /** Events a second. */
  readonly rate: number;
  /** Seconds that the database is held still. */
  readonly dbPause?: number;
}

/** What a load came to. */
export interface Ended {
  readonly tally: Tally;
  readonly seconds: number;
  /** From the last reply until the read model had the order that was made last; undefined where it was not found there. */
  readonly caughtUpMs: number | undefined;
  readonly unanswered: readonly string[];
  /** Events that must be parked, and ids of those that are not. */
  readonly toBeParked: number;
  readonly notParked: readonly string[];
  /** Items put into the orders table, and keys of those that are not in quarantine. */
  readonly poisoned: number;
  readonly notQuarantined: readonly string[];
  readonly isInterrupted: boolean;
}

/** Where a load runs. */
export interface Place {
  readonly pipeline: Pipeline;
  readonly replies: Replies;
  readonly output: Output;
  /** Aborted by Ctrl-C. */
  readonly interruption: AbortSignal;
}

/** So long is waited for the next reply, or for what must have been kept. Redeliveries and retries take a while. */
const PATIENCE_MS = 60_000;
const TICK_MS = 100;
/** The database is held once this share of the orders has been begun. */
const PAUSE_AT = 1 / 3;

/** Events that may be unanswered at once: ten seconds' worth. A pipeline that is slower than that is not sent more. */
const mostOpen = (rate: number): number => Math.max(100, rate * 10);

/** @throws CliProblem where the database cannot be held; the AWS SDK's errors. */
export async function runLoad(options: LoadOptions, place: Place): Promise<Ended> {
  const { pipeline, replies, output, interruption } = place;
  const tally = new Tally();
  const exchange = new Exchange(pipeline.bus);
  const [listening, following] = [new AbortController(), new AbortController()];
  const listener = exchange.listen(replies, listening.signal);
  const follower = new Follower(exchange, tally, AbortSignal.any([following.signal, interruption]));
  const sender = new Sender(planOf(options), tally, follower);
  const pause = new Pause(pipeline.database, options.dbPause, output);
  const load = { options, place, exchange, sender, tally, pause };
  const start = performance.now();
  try {
    const poison = await sendAll(load);
    const seconds = (performance.now() - start) / 1000;
    if (!interruption.aborted) await pause.ended;
    const { lastReplyAt } = exchange;
    output.progress('waiting for the read model');
    const patience = setTimeout(() => { following.abort(); }, PATIENCE_MS); // prettier-ignore
    const isFound = await follower.settle();
    clearTimeout(patience);
    const caughtUpMs = isFound ? performance.now() - lastReplyAt : undefined;
    return { ...(await lookForKept(load, poison)), tally, seconds, caughtUpMs, unanswered: [...sender.waiting.keys()] };
  } finally {
    following.abort();
    listening.abort();
    await pause.end();
    await listener;
    output.progress('');
  }
}

interface Load {
  readonly options: LoadOptions;
  readonly place: Place;
  readonly exchange: Exchange;
  readonly sender: Sender;
  readonly tally: Tally;
  readonly pause: Pause;
}

/** Sends everything and waits for the replies; resolves to the keys of what was put into the orders table. */
async function sendAll({ options, place, exchange, sender, tally, pause }: Load): Promise<string[]> {
  const { pipeline, interruption } = place;
  const poison: string[] = [];
  const since = performance.now();
  let taken = 0;
  let lastSentAt = since;
  while (!sender.isDone && !interruption.aborted) {
    const allowed = ((performance.now() - since) / 1000) * options.rate - taken;
    const letters = sender.take(Math.floor(Math.min(allowed, mostOpen(options.rate) - sender.waiting.size)));
    for (const pk of sender.takePoison()) {
      await pipeline.tables.putPoison(pk);
      poison.push(pk);
    }
    if (letters.length > 0) {
      taken += letters.length;
      lastSentAt = performance.now();
      await exchange.send(letters);
    }
    if (sender.begun >= options.orders * PAUSE_AT) pause.begin();
    tell(options, place.output, sender, tally, (performance.now() - since) / 1000);
    if (performance.now() - Math.max(exchange.lastReplyAt, lastSentAt) > PATIENCE_MS) break;
    await delay(TICK_MS, undefined, { signal: interruption }).catch(() => undefined);
  }
  return poison;
}

function tell(options: LoadOptions, output: Output, { begun, waiting }: Sender, tally: Tally, seconds: number): void {
  const rate = (tally.sent / Math.max(seconds, 1)).toFixed(1);
  output.progress(
    `${begun} of ${options.orders} orders begun, ${tally.sent} sent, ${rate}/s, ${waiting.size} unanswered, ${tally.unexpectedCount} unexpected`,
  );
}

/** An interrupted load does not wait for it. */
async function lookForKept({ place, sender }: Load, poison: readonly string[]) {
  const { pipeline, output, interruption } = place;
  const isInterrupted = interruption.aborted;
  if (isInterrupted)
    return {
      notParked: [],
      notQuarantined: [],
      poisoned: poison.length,
      toBeParked: sender.toBeParked.size,
      isInterrupted,
    };
  output.progress('looking for what was kept');
  const limit = within(PATIENCE_MS, interruption);
  return {
    notParked: await notParked(pipeline, [...sender.toBeParked.keys()], limit),
    notQuarantined: await notQuarantined(pipeline, poison, limit),
    poisoned: poison.length,
    toBeParked: sender.toBeParked.size,
    isInterrupted,
  };
}
