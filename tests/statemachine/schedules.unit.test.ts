/** Random commands, delivered twice, at once, while every service refuses: what was accepted is what the table holds. */
import { describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../support/asl-definition';
import { StateError } from '../support/asl-jsonata';
import { contentOf, fold, randomCommand, subjectOf } from '../support/command-model';
import { below, oneOf, readNumber, readSeed, seededRandom, shuffled } from '../support/random';
import { text } from '../support/workflow-fakes';
import { createMemoryWorld, type Call, type Interrupt, type MemoryWorld } from '../support/workflow-memory';
import { command } from './case';

const seed = readSeed();
const schedules = readNumber('SCHEDULES', 100);

const cancelled = (reason: string): StateError =>
  new StateError('DynamoDb.TransactionCanceledException', `Transaction cancelled [${reason}, None]`);

/** What each service may do to a call, other than what it was asked; none claims a state of an item that is not so. */
const faults: Readonly<Record<Call['service'], readonly ['lost' | StateError, ...('lost' | StateError)[]]>> = {
  putItem: [
    'lost',
    new StateError('DynamoDB.ThrottlingException', 'injected'),
    new StateError('DynamoDB.TransactionConflictException', 'injected'),
    new StateError('States.Timeout', 'injected'),
  ],
  transactWriteItems: [
    'lost',
    cancelled('ConditionalCheckFailed'),
    cancelled('TransactionConflict'),
    cancelled('ThrottlingError'),
    new StateError('DynamoDb.ProvisionedThroughputExceededException', 'injected'),
    new StateError('States.Timeout', 'injected'),
  ],
  transactGetItems: [cancelled('TransactionConflict'), new StateError('States.Timeout', 'injected')],
  putEvents: ['lost', new StateError('EventBridge.FailedEntry', 'injected')],
  sendMessage: [new StateError('SQS.InternalError', 'injected')],
  invoke: [new StateError('Lambda.ServiceException', 'injected')],
};

/**
 * Lets others go first for a while, then fails a share of the calls; parking fails seldom enough to get through. A reply
 * whose acceptance is lost is said again: `saidAgain` is called for each.
 */
const turbulence =
  (random: () => number, share: number, saidAgain: () => void): Interrupt =>
  async ({ service }) => {
    for (let turns = below(6, random); turns > 0; turns -= 1) await new Promise(setImmediate);
    if (random() >= (service === 'sendMessage' ? 0.02 : share)) return undefined;
    const fault = oneOf(faults[service], random);
    if (fault !== 'lost') throw fault;
    if (service === 'putEvents') saidAgain();
    return fault;
  };

/** An event and the replies to its deliveries that were put on the bus. */
interface Sent {
  readonly id: string;
  readonly detail: JsonObject;
  readonly replies: JsonObject[];
}

/** A world in a storm, and how many replies were said without the workflow's being told. */
interface Storm extends MemoryWorld {
  readonly unheard: () => number;
}

function createStorm(random: () => number, share: () => number): Storm {
  let unheard = 0;
  const saidAgain = (): void => void (unheard += 1);
  const world = createMemoryWorld({ interrupt: (call) => turbulence(random, share(), saidAgain)(call) });
  return { ...world, unheard: () => unheard };
}

/**
 * Delivers at once what `events` lists. Every delivery must end in a reply, or in one parked event; a reply is said once,
 * and once more for each time that its acceptance was lost.
 */
async function deliver(world: Storm, events: readonly Sent[]): Promise<readonly Json[]> {
  const [sent, parked] = [world.sent(0), world.parked(0)].map(async (list) => (await list).length);
  const [sentBefore = 0, parkedBefore = 0] = await Promise.all([sent, parked]);
  const unheardBefore = world.unheard();
  const ended = await Promise.all(events.map(({ id, detail }) => world.run(command(id, detail))));
  const outputs = ended.flatMap((end) => (end.status === 'SUCCEEDED' ? [end.output] : []));
  const parkedNow = (await world.parked(0)).slice(parkedBefore);
  expect(parkedNow).toHaveLength(ended.length - outputs.length);
  const replies = (await world.sent(0)).slice(sentBefore).map(({ detail }) => detail as JsonObject);
  expect(replies).toEqual(expect.arrayContaining(outputs));
  expect(replies).toHaveLength(outputs.length + world.unheard() - unheardBefore);
  for (const reply of replies) events.find(({ id }) => id === reply['commandMessageId'])?.replies.push(reply);
  return parkedNow;
}

const isAccepted = ({ commandStatus }: JsonObject): boolean => commandStatus !== 'rejected';

/** A reply without what tells deliveries of the same command apart. */
const answerOf = (reply: JsonObject): string =>
  JSON.stringify({ ...reply, commandMessageId: undefined, duplicate: undefined });

/** Every accepted change of one subject, by the version that it made; a version is made by one key and content. */
function acceptedOf(events: readonly Sent[], subject: string): JsonObject[] {
  const byVersion = new Map<number, { made: string; detail: JsonObject }>();
  for (const { detail, replies } of events.filter((event) => subjectOf(event.detail) === subject)) {
    for (const reply of replies.filter(isAccepted)) {
      const made = `${text(reply['commandId'])} ${contentOf(detail)}`;
      const version = Number(reply['version']);
      expect(made).toBe(byVersion.get(version)?.made ?? made);
      byVersion.set(version, { made, detail });
    }
  }
  const versions = [...byVersion.keys()].sort((a, b) => a - b);
  expect(versions).toEqual(versions.map((_, index) => index + 1));
  expect(new Set([...byVersion.values()].map(({ made }) => made)).size).toBe(versions.length);
  return versions.flatMap((version) => [byVersion.get(version)?.detail].filter((detail) => detail !== undefined));
}

/**
 * The same key and content got one answer. A key that was refused because there is no order may create it later, with
 * another content: the hot path does not see the refusal (docs/adr/0002).
 */
function checkAnswers(events: readonly Sent[]): void {
  const answers = new Map<string, string>();
  for (const { detail, replies } of events) {
    for (const reply of replies) {
      const asked = `${subjectOf(detail)} ${text(reply['commandId'])} ${contentOf(detail)}`;
      expect(answerOf(reply)).toBe(answers.get(asked) ?? answerOf(reply));
      answers.set(asked, answerOf(reply));
    }
  }
}

interface Counts {
  readonly parked: number;
  readonly accepted: number;
  readonly unheard: number;
}

/** One schedule: the commands twice or once, in two waves, in a storm; then what was parked again, in calm. */
async function runSchedule(start: number): Promise<Counts> {
  const random = seededRandom(start);
  let share = oneOf([0, 0.05, 0.3], random);
  const world = createStorm(random, () => share);
  const events = Array.from({ length: 7 }, (_, index): Sent => ({
    id: `e-${index}`,
    detail: randomCommand(random),
    replies: [],
  }));
  const deliveries = shuffled([...events, ...events.filter(() => random() < 0.5)], random);
  const middle = below(deliveries.length, random);
  const parked = [
    ...(await deliver(world, deliveries.slice(0, middle))),
    ...(await deliver(world, deliveries.slice(middle))),
  ];
  share = 0;
  const ids = parked.map((message) => ((message as JsonObject)['event'] as JsonObject)['id']);
  expect(
    await deliver(
      world,
      events.filter(({ id }) => ids.includes(id)),
    ),
  ).toEqual([]);

  for (const { replies } of events) expect(replies.length).toBeGreaterThan(0);
  checkAnswers(events);
  const subjects = [...new Set(events.map(({ detail }) => subjectOf(detail)))];
  let accepted = 0;
  for (const subject of subjects) {
    const commands = acceptedOf(events, subject);
    const stored = world.tables['OrdersTable']?.get(subject);
    if (commands.length === 0) expect(stored).toBeUndefined();
    else expect(stored).toMatchObject(fold(commands));
    accepted += commands.length;
  }
  return { parked: parked.length, accepted, unheard: world.unheard() };
}

describe('random schedules', () => {
  test(
    `of ${schedules}, each: nothing lost, nothing doubled, the table is the fold of what was accepted (SEED=${seed})`,
    async () => {
      const totals = { parked: 0, accepted: 0, unheard: 0 };
      for (let index = 0; index < schedules; index += 1) {
        try {
          const counts = await runSchedule(seed + index);
          for (const name of ['parked', 'accepted', 'unheard'] as const) totals[name] += counts[name];
        } catch (error) {
          throw new Error(`SEED=${seed + index} SCHEDULES=1 repeats it`, { cause: error });
        }
      }
      expect(totals.accepted).toBeGreaterThan(schedules);
      if (schedules < 100) return;
      for (const count of Object.values(totals)) expect(count).toBeGreaterThan(0); // all that schedules are there for
    },
    60_000 + schedules * 500,
  );
});
