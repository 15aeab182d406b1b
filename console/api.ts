/** What the console's server tells its page, as JSON. Times are ISO 8601 in UTC; data of states is text, as the history has it. */
import type { QueryAnswer } from '../functions/shared/contract';
import type { QuarantinedRecord } from '../functions/operate-read-model/operate';

/** How an execution ended. `refused`: answered, by `rejected` or a queryStatus that is no 200. */
export type Outcome = 'running' | 'done' | 'refused' | 'failed';

/** One execution of the workflow, as a list shows it. */
export interface ExecutionRow {
  readonly name: string;
  readonly outcome: Outcome;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** The command or query; the detail-type where it names none. */
  readonly kind: string;
  /** Id of the event that started it. */
  readonly eventId: string;
  /** The order, customer or item that it is about, such as `order#6101`; empty where it is about none. */
  readonly subject: string;
  /** What was answered in a few words, such as `orderCreated, version 1`. */
  readonly answer: string;
}

/** A page of executions, newest first. */
export interface ExecutionPage {
  readonly executions: readonly ExecutionRow[];
  /** How many the filter lets through, of those that are remembered. */
  readonly matching: number;
  /** How many are remembered. */
  readonly remembered: number;
  /** Whether older ones were forgotten. */
  readonly forgotten: boolean;
}

/** How it is known that a state was passed. */
export type Basis =
  /** The history names it. */
  | 'recorded'
  /** Computed again from the recorded input and results, by the definition; it agreed with the recorded end. */
  | 'replayed'
  /** Lies on every way between two states that are known. */
  | 'inferred';

/** One passage through a state. */
export interface Visit {
  readonly state: string;
  readonly basis: Basis;
  readonly enteredAt?: string;
  readonly leftAt?: string;
  readonly input?: string;
  readonly output?: string;
  /** Variables that it assigned, as JSON. */
  readonly assigned?: string;
  /** Error and cause of each attempt that failed. */
  readonly errors?: readonly string[];
}

/** A step of the way from the event to the rows. */
export interface CausalStep {
  readonly what: string;
  /** Undefined where nothing tells it. */
  readonly at?: string;
  /** Where it is told to the second only. */
  readonly second?: string;
  /** What is known of it, or why it is not known. */
  readonly note: string;
  readonly state: 'known' | 'waiting' | 'unknown' | 'none';
}

/** One execution, opened. */
export interface ExecutionDetail {
  readonly execution: ExecutionRow;
  readonly input: string;
  readonly output?: string;
  readonly error?: string;
  readonly path: readonly Visit[];
  /** Why the path is not whole, where it is not. */
  readonly gap?: string;
  readonly causal: readonly CausalStep[];
}

/** An order on both sides. */
export interface OrderSides {
  readonly orderId: string;
  /** The item of the orders table, with plain values. */
  readonly table?: Readonly<Record<string, unknown>>;
  /** The answer of `orderById`. */
  readonly readModel: QueryAnswer<unknown>;
}

/** Of a batch that the projector projected. */
export interface LagPoint {
  readonly at: string;
  readonly milliseconds: number;
}

/** A number, or why it could not be had. */
export type Measured = { readonly value: number; readonly orMore?: true } | { readonly problem: string };

export interface Health {
  readonly lag: readonly LagPoint[];
  readonly parked: Measured;
  readonly undelivered: Measured;
  readonly unprojected: Measured;
  readonly quarantined: Measured;
}

/** Something that failed and is kept. */
export interface FailedRow {
  readonly id: string;
  readonly where: 'parked' | 'undelivered' | 'unprojected';
  readonly at: string;
  readonly what: string;
  readonly error: string;
  /** All that is kept of it, as JSON; cut where it is very long. */
  readonly whole: string;
}

export interface FailedPage {
  readonly failed: readonly FailedRow[];
  /** Whether there are more than are shown. */
  readonly more: boolean;
}

export interface QuarantinePage {
  readonly records: readonly QuarantinedRecord[];
  readonly more: boolean;
}

/** What was left undone, and why; the others are done. */
export interface Dealt {
  readonly done: number;
  readonly undone: readonly { readonly id: string; readonly why: string }[];
}

/** What is looked at, and what can be sent there. */
export interface PipelineAbout {
  readonly where: string;
  readonly samples: readonly Sample[];
  /** Fields of its own that each query has. */
  readonly queries: Readonly<Record<string, readonly string[]>>;
}

/** A sample of events/. */
export interface Sample {
  readonly name: string;
  readonly entry: EventToSend;
}

/** An event as a person sends it. */
export interface EventToSend {
  readonly detailType: 'orderCommand' | 'orderQuery';
  readonly detail: Readonly<Record<string, unknown>>;
  /** Of the event; its coming, where left out. */
  readonly time?: string;
}

/** An error, and what to do about it. */
export interface ProblemWords {
  readonly what: string;
  readonly whatToDo: string;
}
