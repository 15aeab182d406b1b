/** A deployed pipeline as the tool's commands see it. The real one is made of AWS clients (aws/), the tests' one of memory. */
import type { Answers, Request } from '../functions/operate-read-model/operate';
import type { Check, Checked } from '../functions/project-orders/check-sums';
import type { KeyDifference } from '../functions/project-orders/compare';
import type { Place } from '../functions/project-orders/mend-sums';
import type { Redriven } from '../functions/project-orders/redrive';
import type { Status } from '../functions/rebuild-read-model/status';
import type { Reply } from '../local/replies';

/** An event to be put on the bus. */
export interface Entry {
  readonly source: string;
  readonly detailType: string;
  /** JSON. */
  readonly detail: string;
  readonly time?: Date;
}

/** What became of an entry. */
export type PutResult = { readonly eventId: string } | { readonly error: string };

/** Replies from when they were begun to be watched. */
export interface Replies {
  /** The replies to these events, as many as came in time. */
  to(eventIds: readonly string[], timeoutMs: number, onReply: (reply: Reply) => void): Promise<Reply[]>;
  /** Every reply on the bus as it comes, whoever asked, until `signal` is aborted. */
  each(onReply: (reply: Reply) => void, signal: AbortSignal): Promise<void>;
  /** Removes the queue and the rule that were made for it. */
  close(): Promise<void>;
}

export interface Bus {
  /** Puts events; the results are in the order of the entries. */
  put(entries: readonly Entry[]): Promise<PutResult[]>;
  /**
   * @param interruption of who deals with Ctrl-C and closes then; without it, Ctrl-C closes and ends the process.
   */
  watchReplies(interruption?: AbortSignal): Promise<Replies>;
}

/** A message of a queue. */
export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly sentAt: Date;
  remove(): Promise<void>;
}

export interface Queue {
  /** Messages in it, those that somebody looks at included; an estimate of SQS. */
  depth(): Promise<number>;
  /**
   * Runs `work` with the messages, a few at a time as it asks for them. Nobody else sees those it has asked for; at the end, those not
   * removed are back.
   */
  borrow<T>(work: (pages: AsyncIterable<readonly QueueMessage[]>) => Promise<T>): Promise<T>;
}

/** Records that the stream gave up, in S3. */
export interface Bucket {
  /** Keys alone, `max` at most. */
  list(max: number): Promise<{ readonly key: string; readonly at: Date }[]>;
  read(key: string): Promise<string>;
  remove(key: string): Promise<void>;
}

/** The read model, by way of our functions. */
export interface ReadModel {
  ask<R extends Request>(request: R): Promise<Answers[R['operation']]>;
  /** Reads these items of the orders table and projects them, by their keys; 1,000 at most. */
  redrive(pks: readonly string[]): Promise<Redriven>;
  /**
   * Compares these keys of the orders table with the read model; 1,000 at most.
   *
   * @param onlyMissing whether those that the read model holds at all are left out.
   */
  compare(keys: readonly string[], onlyMissing: boolean): Promise<readonly KeyDifference[]>;
  /** Compares a page of summaries with the rows that they come from. */
  check(check: Check, after: string): Promise<Checked>;
  /** Makes these rows of summaries what the others give; 1,000 at most. */
  mend(places: readonly Place[]): Promise<void>;
}

/** How an execution of the rebuild's state machine ended. */
export interface Ended {
  /** Such as `SUCCEEDED`, `FAILED`, `ABORTED`. */
  readonly status: string;
  /** Why it failed, where it tells. */
  readonly error?: string;
}

/** Rebuilds of the read model. */
export interface Rebuilds {
  /** Of the last one. */
  status(): Promise<Status>;
  /** The execution that is under way. */
  running(): Promise<string | undefined>;
  /** Starts an execution. */
  start(segments: number): Promise<string>;
  /** Gives up the one that is under way; false where none was. */
  cancel(): Promise<boolean>;
  /** Waits for an execution's end, and tells from time to time how far it is. */
  wait(execution: string, onStatus: (status: Status) => void): Promise<Ended>;
}

/** What was written to make tables equal. */
export interface Copied {
  readonly put: number;
  readonly deleted: number;
}

/** The write side. */
export interface Tables {
  /** Keys of the orders table, page by page in an order of its own, behind one of them. */
  keys(after?: string): AsyncIterable<readonly string[]>;
  /** Deletes all items of one of the tables, and tells their keys as they are gone. */
  empty(table: 'orders' | 'commands'): AsyncIterable<readonly string[]>;
  /** Makes one of the tables the same as another one, named by `from`. */
  makeEqual(table: 'orders' | 'commands', from: string, onProgress: (copied: Copied) => void): Promise<Copied>;
  /** Puts an item under this key that is no order, customer or item, as somebody else might who writes into the orders table. */
  putPoison(pk: string): Promise<void>;
}

/** A database server that can be held still. */
export interface LocalDatabase {
  /** @throws CliProblem where there is no such server. */
  require(): void;
  /**
   * Stops its process until what it resolves to is called, or until this process has ended, however that is.
   *
   * @throws CliProblem where there is no such server.
   */
  hold(): Promise<() => Promise<void>>;
}

/** What is measured. */
export interface Monitor {
  /** Executions of the workflow; `over` says in which time. */
  executions(): Promise<{ readonly started: number; readonly failed: number; readonly over: string }>;
  /** Longest projection lag of the last hour, in milliseconds; undefined where nothing was measured. */
  lag(): Promise<number | undefined>;
  /** Counts the orders table: orders, and the sum of their versions. Reads every item. */
  countTable(): Promise<{ readonly orders: number; readonly changes: number }>;
}

export interface Pipeline {
  /** Such as `stack order-pipeline on the local cloud http://127.0.0.1:4566`. */
  readonly where: string;
  readonly isLocal: boolean;
  readonly stackName: string;
  /** Its tables and its database refuse to be deleted: the stack's DeletionProtection. */
  readonly isProtected: boolean;
  readonly bus: Bus;
  readonly parked: Queue;
  readonly undelivered: Queue;
  readonly unprojected: Bucket;
  readonly tables: Tables;
  readonly readModel: ReadModel;
  readonly rebuilds: Rebuilds;
  readonly monitor: Monitor;
  /** Of `npm start` on this machine. */
  readonly database: LocalDatabase;
  /** Address of the console, where one is served. */
  readonly consoleUrl?: string;
}

/** Which pipeline, as the flags say. */
export interface Choice {
  readonly stackName: string;
  readonly profile?: string;
  readonly region?: string;
}
