/** Where the console's data comes from. Locally: the local cloud (../local); an account's CloudWatch Logs can follow by another one. */
import type { QueryAnswer } from '../../functions/shared/contract';
import type { Machine } from '../../tests/support/asl-definition';
import type {
  Dealt,
  EventToSend,
  ExecutionDetail,
  ExecutionPage,
  FailedPage,
  Health,
  OrderSides,
  Outcome,
  QuarantinePage,
  Sample,
} from '../api';

/** Which executions, newest first. */
export interface ExecutionFilter {
  readonly kind?: string | undefined;
  readonly outcome?: Outcome | undefined;
  /** A part of an execution's name, an event's id or a subject. */
  readonly id?: string | undefined;
  readonly limit: number;
}

/** What may be done with things that failed. */
export type Deed = 'redrive' | 'discard';

/** A pipeline to look at. Every method throws ConsoleProblem where the person can do something about it. */
export interface PipelineSource {
  /** Such as `stack order-pipeline on the local cloud http://127.0.0.1:4566`. */
  where(): Promise<string>;
  /** The workflow's definition, as it is deployed. */
  definition(): Promise<Machine>;
  executions(filter: ExecutionFilter): Promise<ExecutionPage>;
  execution(name: string): Promise<ExecutionDetail>;
  order(orderId: string): Promise<OrderSides>;
  /** Answers a query's detail as the pipeline's own function does. */
  query(detail: Readonly<Record<string, unknown>>): Promise<QueryAnswer<unknown>>;
  health(): Promise<Health>;
  failed(): Promise<FailedPage>;
  dealWithFailed(deed: Deed, ids: readonly string[]): Promise<Dealt>;
  quarantined(): Promise<QuarantinePage>;
  dealWithQuarantined(deed: Deed, ids: readonly number[]): Promise<Dealt>;
  samples(): readonly Sample[];
  /** Puts it on the bus. @returns the event's id. */
  send(event: EventToSend): Promise<string>;
  close(): Promise<void>;
}
