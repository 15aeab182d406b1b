/** The workflow in memory: the interpreter over fakes of DynamoDB, EventBridge, SQS and Lambda. */
import { parseMachine, readDefinition, substitute, type Json, type JsonObject } from './asl-definition';
import { interpret, type HistoryEvent, type Outcome, type TaskHandler } from './asl-interpreter';
import { StateError } from './asl-jsonata';
import {
  invoke,
  putEvents,
  putItem,
  sendMessage,
  text,
  textOf,
  transactGetItems,
  transactWriteItems,
  type Tables,
} from './workflow-fakes';
import type { Missing, SentEvent, World } from './workflow-world';

/** One call of a service, before it is done. */
export interface Call {
  readonly service: 'putItem' | 'transactGetItems' | 'transactWriteItems' | 'putEvents' | 'sendMessage' | 'invoke';
  /** The table, function, queue or bus. */
  readonly target: string;
  /** How many calls of this service to this target came before. */
  readonly before: number;
}

/** Runs before each call: may wait, throw a StateError, or say that the answer gets lost once the call is done. */
export type Interrupt = (call: Call) => Promise<'lost' | undefined> | 'lost' | undefined;

export interface MemoryOptions {
  readonly missing?: readonly Missing[];
  readonly interrupt?: Interrupt;
  /** What QueryOrdersFunction answers in turn, in place of `queryAnswers`. */
  readonly answers?: readonly Json[];
  readonly covered?: Set<string>;
  readonly history?: HistoryEvent[];
  /** Told of every attempt of a task, when it has ended. */
  readonly onAttempt?: (resource: string, ended: { readonly output: Json } | { readonly error: StateError }) => void;
}

export interface MemoryWorld extends World {
  readonly tables: Tables;
  run(input: Json): Promise<Outcome>;
}

const NAMES = {
  EventBusName: 'EventBusName',
  OrdersTable: 'OrdersTable',
  CommandsTable: 'CommandsTable',
  CommandRetentionDays: '30',
  ParkedEventsUrl: 'ParkedEventsUrl',
  ItemSalesReportFunction: 'ItemSalesReportFunction',
  MonthlySalesByItemFunction: 'MonthlySalesByItemFunction',
  QueryOrdersFunction: 'QueryOrdersFunction',
};

/** The definition with the names that the fakes know. */
export function memoryMachine(missing: readonly Missing[] = []): ReturnType<typeof parseMachine> {
  const names = { ...NAMES, ...Object.fromEntries(missing.map((name) => [name, 'missing'])) };
  return parseMachine(substitute(readDefinition(), names));
}

export function createMemoryWorld(options: MemoryOptions = {}): MemoryWorld {
  const { missing, interrupt, answers, covered, history, onAttempt } = options;
  const tables: Tables = { OrdersTable: new Map(), CommandsTable: new Map() };
  const events: SentEvent[] = [];
  const messages: Json[] = [];
  const machine = memoryMachine(missing);
  const tasks = interruptible(interrupt, onAttempt, {
    'arn:aws:states:::dynamodb:putItem': ['putItem', 'TableName', putItem(tables)],
    'arn:aws:states:::aws-sdk:dynamodb:transactGetItems': ['transactGetItems', '', transactGetItems(tables)],
    'arn:aws:states:::aws-sdk:dynamodb:transactWriteItems': ['transactWriteItems', '', transactWriteItems(tables)],
    'arn:aws:states:::events:putEvents': ['putEvents', '', putEvents(events)],
    'arn:aws:states:::sqs:sendMessage': ['sendMessage', 'QueueUrl', sendMessage(messages)],
    'arn:aws:states:::lambda:invoke': ['invoke', 'FunctionName', answers === undefined ? invoke : inTurn(answers)],
  });
  let executions = 0;
  return {
    tables,
    run: (input) => {
      executions += 1;
      const collected = { ...(covered && { covered }), ...(history && { history }) };
      return interpret(machine, input, { tasks, executionId: `execution-${executions}`, ...collected });
    },
    put: (table, item) => Promise.resolve(void tables[table]?.set(textOf(item, 'pk'), item)),
    read: (table, pk) => Promise.resolve(tables[table]?.get(pk)),
    sent: () => Promise.resolve(events),
    parked: () => Promise.resolve(messages),
  };
}

const inTurn = (answers: readonly Json[]): (() => Json) => {
  const rest = [...answers];
  return () => ({ StatusCode: 200, Payload: rest.shift() ?? null });
};

type Fake = readonly [service: Call['service'], targetField: string, work: (parameters: JsonObject) => Json];

function interruptible(
  interrupt: Interrupt | undefined,
  onAttempt: MemoryOptions['onAttempt'],
  fakes: Readonly<Record<string, Fake>>,
) {
  const calls = new Map<string, number>();
  const handlers = Object.entries(fakes).map(([resource, [service, targetField, work]]): [string, TaskHandler] => [
    resource,
    watched(resource, onAttempt, async (parameters) => {
      const target = targetField === '' ? '' : text(parameters[targetField]);
      const before = calls.get(`${service} ${target}`) ?? 0;
      calls.set(`${service} ${target}`, before + 1);
      const lost = await interrupt?.({ service, target, before });
      const result = work(parameters);
      if (lost === 'lost') throw new StateError('States.Timeout', 'the answer was lost');
      return result;
    }),
  ]);
  return Object.fromEntries(handlers);
}

function watched(resource: string, onAttempt: MemoryOptions['onAttempt'], work: TaskHandler): TaskHandler {
  return async (parameters) => {
    try {
      const output = await work(parameters);
      onAttempt?.(resource, { output });
      return output;
    } catch (error) {
      if (error instanceof StateError) onAttempt?.(resource, { error });
      throw error;
    }
  };
}
