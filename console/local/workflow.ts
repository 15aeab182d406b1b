/** The workflow by Step Functions' API. Locally that tells of EXPRESS executions, which it does not in an account. */
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  SFNClient,
  paginateGetExecutionHistory,
  type DescribeExecutionOutput,
  type HistoryEvent,
  type TaskScheduledEventDetails,
} from '@aws-sdk/client-sfn';
import type { ClientOptions } from '../../cli/connect';
import type { Machine } from '../../tests/support/asl-definition';
import type { Attempt, Passage, Recorded } from '../definition/recorded';
import type { Described } from './execution-row';

export interface Listed {
  readonly name: string;
  readonly running: boolean;
  readonly startedAt: Date;
}

/** What the console asks of Step Functions. */
export interface Workflow {
  definition(): Promise<Machine>;
  /** A page of executions, newest first, and what leads to the next. */
  list(next?: string): Promise<{ readonly executions: readonly Listed[]; readonly next?: string }>;
  describe(name: string): Promise<Described>;
  recorded(name: string): Promise<Recorded>;
}

export function connectWorkflow(options: ClientOptions, stateMachineArn: string): Workflow {
  const sfn = new SFNClient(options);
  const arnOf = (name: string): string => `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  const describe = (name: string) => sfn.send(new DescribeExecutionCommand({ executionArn: arnOf(name) }));
  return {
    async definition() {
      const { definition = '' } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
      return JSON.parse(definition) as Machine;
    },
    async list(nextToken) {
      const page = await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 100, nextToken }));
      const executions = (page.executions ?? []).map(({ name = '', status, startDate }) => ({
        name,
        running: status === 'RUNNING',
        startedAt: startDate ?? new Date(0),
      }));
      return { executions, ...(page.nextToken !== undefined && { next: page.nextToken }) };
    },
    describe: async (name) => describedOf(name, await describe(name)),
    async recorded(name) {
      const [about, events] = await Promise.all([describe(name), historyOf(sfn, arnOf(name))]);
      return recordedOf(about, events);
    },
  };
}

async function historyOf(client: SFNClient, executionArn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for await (const page of paginateGetExecutionHistory({ client }, { executionArn }))
    events.push(...(page.events ?? []));
  return events;
}

const describedOf = (name: string, about: DescribeExecutionOutput): Described => ({
  name,
  status: about.status ?? '',
  startedAt: about.startDate ?? new Date(0),
  ...(about.stopDate !== undefined && { endedAt: about.stopDate }),
  input: about.input ?? '',
  ...(about.output !== undefined && { output: about.output }),
  ...(about.error !== undefined && { error: about.error }),
});

const iso = (date: Date | undefined): string => (date ?? new Date(0)).toISOString();

/** @param events of one execution, in their order. */
export function recordedOf(about: DescribeExecutionOutput, events: readonly HistoryEvent[]): Recorded {
  const { executionArn = '', status, startDate, stopDate, input = '', output, error, cause } = about;
  return {
    arn: executionArn,
    status: status === 'RUNNING' || status === 'SUCCEEDED' ? status : 'FAILED',
    startedAt: iso(startDate),
    ...(stopDate !== undefined && { endedAt: iso(stopDate) }),
    input,
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    passages: passagesOf(events),
    attempts: attemptsOf(events),
  };
}

function passagesOf(events: readonly HistoryEvent[]): Passage[] {
  const passages: Passage[] = [];
  for (const { timestamp, stateEnteredEventDetails: entered, stateExitedEventDetails: exited } of events) {
    if (entered !== undefined)
      passages.push({
        state: entered.name ?? '',
        enteredAt: iso(timestamp),
        ...(entered.input !== undefined && { input: entered.input }),
      });
    const open = passages.findLastIndex(({ state, leftAt }) => state === exited?.name && leftAt === undefined);
    const passage = passages[open];
    if (exited !== undefined && passage !== undefined)
      passages[open] = {
        ...passage,
        leftAt: iso(timestamp),
        ...(exited.output !== undefined && { output: exited.output }),
      };
  }
  return passages;
}

/** In an account, a task's resource stands in two fields; locally it is whole in one. */
const resourceOf = ({ resource = '', resourceType = '' }: TaskScheduledEventDetails): string =>
  resource.startsWith('arn:') ? resource : `arn:aws:states:::${resourceType}:${resource}`;

function attemptsOf(events: readonly HistoryEvent[]): Attempt[] {
  const attempts: Attempt[] = [];
  for (const event of events) {
    const { taskScheduledEventDetails: scheduled, taskSucceededEventDetails: succeeded } = event;
    const failed = event.taskFailedEventDetails ?? event.taskTimedOutEventDetails;
    if (scheduled !== undefined) attempts.push({ resource: resourceOf(scheduled), scheduledAt: iso(event.timestamp) });
    const last = attempts.at(-1);
    if (last === undefined || last.endedAt !== undefined) continue;
    const endedAt = iso(event.timestamp);
    if (succeeded !== undefined)
      attempts[attempts.length - 1] = { ...last, endedAt, output: succeeded.output ?? 'null' };
    if (failed !== undefined)
      attempts[attempts.length - 1] = { ...last, endedAt, error: failed.error ?? '', cause: failed.cause ?? '' };
  }
  return attempts;
}
