/** What a load has come to, counted as it goes. */
import type { Detail } from '../desk';
import { createJudge, kindOf } from './judge';
import type { PlannedEvent } from './plan';

/** Something that is not as it should be. */
export interface Unexpected {
  readonly event: string;
  readonly fault: string;
  readonly detail: string;
}

/** Of durations in milliseconds. */
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly measured: number;
}

/** Unexpected replies that are kept to be shown; all are counted. */
const SHOWN = 10;
/** Characters of an event that are shown. */
const WORDS = 200;

export class Tally {
  readonly #judge = createJudge();
  readonly replies = new Map<string, number>();
  readonly unexpected: Unexpected[] = [];
  unexpectedCount = 0;
  sent = 0;
  refusedByBus = 0;
  readonly replyTimes: number[] = [];
  readonly visibleTimes: number[] = [];

  answered(id: string, event: PlannedEvent, reply: Detail, milliseconds: number): void {
    const kind = kindOf(reply);
    this.replies.set(kind, (this.replies.get(kind) ?? 0) + 1);
    this.replyTimes.push(milliseconds);
    const fault = this.#judge.fault(event, reply);
    if (fault !== undefined) this.note(id, `${fault}: ${JSON.stringify(reply).slice(0, WORDS)}`, event);
  }

  /** Counts something that should not be. */
  note(id: string, fault: string, about: unknown): void {
    this.unexpectedCount += 1;
    if (this.unexpected.length >= SHOWN) return;
    this.unexpected.push({ event: id, fault, detail: JSON.stringify(about).slice(0, WORDS) });
  }
}

/** @returns undefined where nothing was measured. The nearest-rank method. */
export function quantilesOf(values: readonly number[]): Quantiles | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN);
  return { p50: at(0.5), p99: at(0.99), measured: sorted.length };
}
