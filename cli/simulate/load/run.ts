/** A load: events at a rate, their replies judged, and what the pipeline keeps of them looked for. */
import { setTimeout as delay } from 'node:timers/promises';
import { CliProblem, EXIT } from '../../exit';
import type { Output } from '../../output';
import type { Pipeline, Replies } from '../../pipeline';
import { within } from '../../within';
import { cutOf, type Cut } from './cut';
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

/** What is known of a load once all is sent; undefined of what a load that was cut short did not come to. */
interface Known {
  seconds?: number;
  /** From the last reply until the read model had the order that was made last; undefined too where it was not found there. */
  caughtUpMs?: number;
  /** Ids of events that must be parked and are not, keys of items that are not in quarantine. */
  notParked?: readonly string[];
  notQuarantined?: readonly string[];
}

/** What a load came to, until its end or until it was cut short. */
export interface Ended extends Readonly<Known> {
  readonly tally: Tally;
  readonly seconds: number;
  readonly unanswered: readonly string[];
  /** Events of which it is not known whether the bus took them. */
  readonly unsure: number;
  /** Events that must be parked, and items put into the orders table. */
  readonly toBeParked: number;
  readonly poisoned: number;
  readonly cut?: Cut;
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

/** Never fails: what ends it early is told in `cut`. */
export async function runLoad(options: LoadOptions, place: Place): Promise<Ended> {
  const { pipeline, replies, output, interruption } = place;
  const tally = new Tally();
  const exchange = new Exchange(pipeline.bus);
  const [listening, following] = [new AbortController(), new AbortController()];
  const listener = exchange.listen(replies, listening.signal);
  const follower = new Follower(exchange, tally, AbortSignal.any([following.signal, interruption]));
  const sender = new Sender(planOf(options), tally, follower);
  const pause = new Pause(pipeline.database, options.dbPause, output);
  const load: Load = { options, place, exchange, sender, tally, pause, poison: [], known: {} };
  const start = performance.now();
  const cut = await cutOf(async () => {
    await sendAll(load);
    load.known.seconds = secondsSince(start);
    if (interruption.aborted) return;
    await pause.ended;
    await settle(load, follower, following);
    await lookForKept(load);
  }, interruption);
  const seconds = load.known.seconds ?? secondsSince(start);
  following.abort();
  listening.abort();
  await pause.end();
  await listener;
  output.progress('');
  return {
    ...load.known,
    seconds,
    tally,
    unanswered: [...sender.waiting.keys()],
    unsure: exchange.unsure,
    toBeParked: sender.toBeParked.size,
    poisoned: load.poison.length,
    ...(cut && { cut }),
  };
}

const secondsSince = (start: number): number => (performance.now() - start) / 1000;

interface Load {
  readonly options: LoadOptions;
  readonly place: Place;
  readonly exchange: Exchange;
  readonly sender: Sender;
  readonly tally: Tally;
  readonly pause: Pause;
  /** Keys of what was put into the orders table. */
  readonly poison: string[];
  readonly known: Known;
}

/** Sends everything and waits for the replies. @throws CliProblem where none come any more and not all was sent; what AWS throws. */
async function sendAll({ options, place, exchange, sender, tally, pause, poison }: Load): Promise<void> {
  const { pipeline, interruption } = place;
  const since = performance.now();
  let taken = 0;
  let lastSentAt = since;
  while (!sender.isDone && !interruption.aborted) {
    const allowed = secondsSince(since) * options.rate - taken;
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
    tell(options, place.output, sender, tally, secondsSince(since));
    if (performance.now() - Math.max(exchange.lastReplyAt, lastSentAt) > PATIENCE_MS) break;
    await delay(TICK_MS, undefined, { signal: interruption }).catch(() => undefined);
  }
  if (!sender.isAllSent && !interruption.aborted)
    throw new CliProblem(EXIT.noReply, `no reply came for ${PATIENCE_MS / 1000} s`);
}

function tell(options: LoadOptions, output: Output, { begun, waiting }: Sender, tally: Tally, seconds: number): void {
  const rate = (tally.sent / Math.max(seconds, 1)).toFixed(1);
  output.progress(
    `${begun} of ${options.orders} orders begun, ${tally.sent} sent, ${rate}/s, ${waiting.size} unanswered, ${tally.unexpectedCount} unexpected`,
  );
}

/** Waits until the read model has the order that was made last. */
async function settle({ place, exchange, known }: Load, follower: Follower, following: AbortController): Promise<void> {
  const { lastReplyAt } = exchange;
  place.output.progress('waiting for the read model');
  const patience = setTimeout(() => { following.abort(); }, PATIENCE_MS); // prettier-ignore
  try {
    if (await follower.settle()) known.caughtUpMs = performance.now() - lastReplyAt;
  } finally {
    clearTimeout(patience);
  }
}

/** What was not found before an interruption may be there. */
async function lookForKept({ place, sender, poison, known }: Load): Promise<void> {
  const { pipeline, output, interruption } = place;
  output.progress('looking for what was kept');
  const limit = within(PATIENCE_MS, interruption);
  const parked = await notParked(pipeline, [...sender.toBeParked.keys()], limit);
  if (!interruption.aborted) known.notParked = parked;
  const quarantined = await notQuarantined(pipeline, poison, limit);
  if (!interruption.aborted) known.notQuarantined = quarantined;
}
