/** What goes wrong at the desk: a malformed command, a record that cannot be projected, a command that is sent again and again. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CliProblem, EXIT } from '../exit';
import type { Pipeline, ReadModel } from '../pipeline';
import { untilVisible } from './ask';
import { customerOf, FLIGHTS, itemOf, registerCustomer, type Detail } from './desk';
import type { Desk, Outcome } from './steps';

/** Sends an order with three faults. The figure is how many refusals came of it. */
export async function malformed({ talk, date }: Desk): Promise<Outcome> {
  const [flight] = FLIGHTS;
  const itemid = flight === undefined ? '' : itemOf(flight, date);
  const items = [{ itemid, quantity: 0 }, { itemid: 'no id', quantity: 1 }]; // prettier-ignore
  const replies = await talk.say([{ command: 'createOrder', orderId: 'malformed', customerId: '', items }]);
  const refusals = replies.filter(({ commandStatus }) => commandStatus === 'rejected');
  return {
    figure: refusals.length,
    words: `${refusals.length} refusal, which names every fault`,
    rows: refusals.flatMap(({ errors }) => errors as { code: string; message: string }[]).map(({ code, message }) => ({ code, message })), // prettier-ignore
  };
}

/** Half a minute: the projector is at it within a second or two. */
const LOOKS = 60;

/** Waits until so many records more are in quarantine than `before`, or no longer; resolves to how many there are. */
async function quarantinedBehind(readModel: ReadModel, before: number): Promise<number> {
  for (let n = 0; ; n += 1) {
    const { quarantined } = await readModel.ask({ operation: 'status' });
    if (quarantined > before || n === LOOKS) return quarantined;
    await delay(500);
  }
}

/** Writes an item into the orders table that is no order, past the workflow. The figure is how many more are in quarantine. */
export async function poison({ tables, readModel }: Pipeline): Promise<Outcome> {
  const pk = `order#poison-${randomUUID().slice(0, 8)}`;
  const before = (await readModel.ask({ operation: 'status' })).quarantined;
  await tables.putPoison(pk);
  const figure = (await quarantinedBehind(readModel, before)) - before;
  return { figure, words: `${figure} more in quarantine: ${pk}` };
}

/** One registration, three times at once and twice again. The figure is how many of the five were answered as duplicates. */
export async function duplicates({ talk }: Desk): Promise<Outcome> {
  const command = registerCustomer(0);
  const replies: Detail[] = await talk.say([command, command, command]);
  replies.push(...(await talk.say([command, command])));
  if (replies.some(({ commandStatus }) => commandStatus !== 'customerRegistered'))
    throw new CliProblem(EXIT.refused, `A registration was refused: ${JSON.stringify(replies)}`);
  await untilVisible(talk, replies.slice(0, 1));
  const figure = replies.filter(({ duplicate }) => duplicate === true).length;
  return {
    figure,
    words: `${customerOf(0)} was registered ${replies.length} times: ${figure} were answered as duplicates`,
  };
}
