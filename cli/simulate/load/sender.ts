/** Which event is sent next: what follows from replies first, then what the plan has. */
import { EVENT_SOURCE } from '../../../functions/shared/contract';
import type { Letter } from './exchange';
import type { Lane, PlannedEvent } from './plan';
import type { Tally } from './tally';

/** What is told of the orders that a load makes. */
export interface Watcher {
  /** @param milliseconds from the event to the reply. */
  created(orderId: string, milliseconds: number): void;
}

/** An event of a lane, on its way. */
interface Errand {
  readonly event: PlannedEvent;
  readonly lane: Lane;
  readonly step: Step;
  readonly attempt: number;
}

interface Step {
  readonly number: number;
  left: number;
}

/** A bus that is busy refuses some entries; they are put again so often. */
const ATTEMPTS = 5;

export class Sender {
  readonly #lanes: Iterator<Lane>;
  readonly #ready: Errand[] = [];
  readonly #poison: string[] = [];
  #isExhausted = false;
  /** Orders that were begun. */
  begun = 0;
  /** Events that are awaited, by id. */
  readonly waiting = new Map<string, PlannedEvent>();
  /** Events that must be parked, by id. */
  readonly toBeParked = new Map<string, PlannedEvent>();

  constructor(
    lanes: Iterable<Lane>,
    private readonly tally: Tally,
    private readonly watcher: Watcher,
  ) {
    this.#lanes = lanes[Symbol.iterator]();
  }

  /** Whether nothing is left to be sent, now or after replies. */
  get isDone(): boolean {
    return this.isAllSent && this.waiting.size === 0;
  }

  /** Whether nothing is left to be sent but what replies lead to. */
  get isAllSent(): boolean {
    return this.#isExhausted && this.#ready.length === 0;
  }

  /** Up to `count` events, in the order in which they are to be sent; what is sent together stays together. */
  take(count: number): Letter[] {
    while (this.#ready.length < count && !this.#isExhausted) this.#begin();
    return this.#ready.splice(0, Math.max(0, count)).map((errand) => this.#letter(errand));
  }

  /** Keys of what is to be put into the orders table by now. */
  takePoison = (): string[] => this.#poison.splice(0);

  #begin(): void {
    const next = this.#lanes.next();
    if (next.done === true) {
      this.#isExhausted = true;
      return;
    }
    const lane = next.value;
    if (lane.orderId !== undefined) this.begun += 1;
    if (lane.poison === undefined) this.#startStep(lane, 0);
    else this.#poison.push(lane.poison);
  }

  #startStep(lane: Lane, number: number): void {
    const events = lane.steps[number] ?? [];
    const step = { number, left: events.length };
    this.#ready.push(...events.map((event) => ({ event, lane, step, attempt: 1 })));
  }

  #letter(errand: Errand): Letter {
    const { event, lane } = errand;
    let sentAs = '';
    return {
      entry: { source: EVENT_SOURCE, detailType: event.kind, detail: JSON.stringify(event.detail) },
      onSent: (id, error) => {
        if (id === undefined) {
          this.#refused(errand, error);
          return;
        }
        sentAs = id;
        this.tally.sent += 1;
        (event.expected.as === 'parked' ? this.toBeParked : this.waiting).set(id, event);
      },
      onReply: (reply, milliseconds) => {
        this.waiting.delete(sentAs);
        this.toBeParked.delete(sentAs);
        this.tally.answered(sentAs, event, reply, milliseconds);
        if (lane.orderId !== undefined && reply['commandStatus'] === 'orderCreated')
          this.watcher.created(lane.orderId, milliseconds);
        this.#settle(errand);
      },
    };
  }

  #settle({ lane, step }: Errand): void {
    step.left -= 1;
    if (step.left === 0) this.#startStep(lane, step.number + 1);
  }

  #refused(errand: Errand, error: string): void {
    this.tally.refusedByBus += 1;
    if (errand.attempt < ATTEMPTS) this.#ready.push({ ...errand, attempt: errand.attempt + 1 });
    else this.tally.note('', `the bus did not take it: ${error}`, errand.event);
  }
}
