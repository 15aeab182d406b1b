/** What can be done at the desk, a step at a time. Each step that changes something ends when the read model shows it. */
import { randomUUID } from 'node:crypto';
import { CliProblem, EXIT } from '../exit';
import { customerCount, holdersByTag, holdersOf, ordersOf, untilVisible, type Holder } from './ask';
import {
  CUSTOMERS,
  customerOf,
  FLIGHTS,
  flightsOf,
  itemOf,
  registerCustomer,
  registerFlight,
  type Detail,
  type Flight,
} from './desk';
import { below, seededRandom, shuffled } from './random';
import type { Talk } from './talk';

/** Where and when the desk is open. */
export interface Desk {
  readonly talk: Talk;
  /** Of the flights: `YYYY-MM-DD`. */
  readonly date: string;
  /** Decides what is drawn by lot. */
  readonly seed: number;
}

/** What a step came to. */
export interface Outcome {
  /** The number that the step is about. */
  readonly figure: number;
  readonly words: string;
  readonly rows?: readonly Readonly<Record<string, unknown>>[];
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/**
 * Sends commands that must be done.
 *
 * @throws CliProblem naming the first one that was refused.
 */
async function perform({ talk }: Desk, commands: readonly Detail[]): Promise<Detail[]> {
  const replies = await talk.say(commands);
  const refused = replies.find(({ commandStatus }) => commandStatus === 'rejected');
  if (refused !== undefined)
    throw new CliProblem(EXIT.refused, `A command was refused, which should not be: ${JSON.stringify(refused)}`);
  await untilVisible(talk, replies);
  return replies;
}

/** Registers the flights and the customers. */
export async function registerAll(desk: Desk): Promise<Outcome> {
  await perform(desk, FLIGHTS.map((flight) => registerFlight(flight, desk.date))); // prettier-ignore
  const replies = await perform(desk, upTo(CUSTOMERS).map(registerCustomer));
  const again = replies.filter(({ duplicate }) => duplicate === true).length;
  const known = again === 0 ? '' : `; ${again} of the customers had been registered so before`;
  return {
    figure: replies.length,
    words: `${replies.length} customers and ${FLIGHTS.length} flights of ${desk.date} are registered${known}`,
  };
}

const customersAre = (count: number): string => `${count} ${count === 1 ? 'customer is' : 'customers are'}`;

export async function count({ talk }: Desk): Promise<Outcome> {
  const figure = await customerCount(talk);
  return { figure, words: `${customersAre(figure)} registered` };
}

const rowOf = ({ customerid, name, email, orderCount }: Holder) => ({ customerid, name, email, orders: orderCount });

/** Who is on a flight. */
export async function passengers({ talk, date }: Desk, flight: Flight): Promise<Outcome> {
  const [holders = []] = await holdersOf(talk, [itemOf(flight, date)]);
  return {
    figure: holders.length,
    words: `${customersAre(holders.length)} on ${flight.number} of ${date}`,
    rows: holders.map(rowOf),
  };
}

/** Who is on a flight from or to a city, on whatever date. */
export async function travellers({ talk }: Desk, city: string): Promise<Outcome> {
  const holders = await holdersByTag(talk, city);
  return {
    figure: holders.length,
    words: `${customersAre(holders.length)} on flights from or to ${city}`,
    rows: holders.map(rowOf),
  };
}

/** Who is on each flight of the tour. */
async function aboard({
  talk,
  date,
}: Desk): Promise<{ readonly flight: Flight; readonly holders: readonly Holder[] }[]> {
  const holders = await holdersOf(talk, FLIGHTS.map((flight) => itemOf(flight, date))); // prettier-ignore
  return FLIGHTS.map((flight, index) => ({ flight, holders: holders[index] ?? [] }));
}

/** Every customer who is not on their flights orders them; the ids of orders go on from those that they had. */
export async function order(desk: Desk): Promise<Outcome> {
  const flights = await aboard(desk);
  const isOn = (customerId: string, wanted: Flight): boolean =>
    flights.some(
      ({ flight, holders }) => flight === wanted && holders.some(({ customerid }) => customerid === customerId),
    );
  const wishes = upTo(CUSTOMERS).map((n) => {
    const customerId = customerOf(n);
    return { customerId, flights: flightsOf(n).filter((flight) => !isOn(customerId, flight)) };
  });
  const before = await ordersOf(desk.talk, wishes.map(({ customerId }) => customerId)); // prettier-ignore
  const commands = wishes.flatMap(({ customerId, flights: wanted }, index) =>
    wanted.map((flight) => createOrder(desk, customerId, flight, before[index] ?? [])),
  );
  await perform(desk, commands);
  return { figure: commands.length, words: `${commands.length} orders were placed` };
}

function createOrder({ date }: Desk, customerId: string, flight: Flight, before: readonly string[]): Detail {
  const itemid = itemOf(flight, date);
  const stem = `${customerId}:${itemid}:`;
  const orderId = `${stem}${before.filter((id) => id.startsWith(stem)).length + 1}`;
  return { command: 'createOrder', commandId: 'desk-order', orderId, customerId, items: [{ itemid, quantity: 1 }] };
}

/** Orders that are changed in one go. */
const CHANGES = 5;

/** Some orders, drawn by lot, are changed to another number of seats. */
export async function change(desk: Desk): Promise<Outcome> {
  const random = seededRandom(desk.seed);
  const orders = (await aboard(desk)).flatMap(({ flight, holders }) =>
    holders.flatMap(({ orderids }) =>
      orderids.map((orderId) => ({
        orderId,
        items: [{ itemid: itemOf(flight, desk.date), quantity: 2 + below(3, random) }],
      })),
    ),
  );
  const chosen = shuffled(orders, random).slice(0, CHANGES);
  const commands = chosen.map((one) => ({ command: 'updateOrder', commandId: randomUUID(), ...one }));
  await perform(desk, commands);
  return { figure: commands.length, words: `${commands.length} orders were changed to another number of seats` };
}

/** Of each flight, half of the passengers cancel; the lot decides who. */
export async function cancel(desk: Desk): Promise<Outcome> {
  const random = seededRandom(desk.seed);
  const orderIds = new Set<string>();
  for (const { holders } of await aboard(desk)) {
    const leaving = shuffled(holders, random).slice(0, Math.floor(holders.length / 2));
    for (const { orderids } of leaving) for (const orderId of orderids) orderIds.add(orderId);
  }
  await perform(desk, [...orderIds].map((orderId) => ({ command: 'cancelOrder', commandId: 'desk-cancel', orderId }))); // prettier-ignore
  return { figure: orderIds.size, words: `${orderIds.size} orders were cancelled` };
}
