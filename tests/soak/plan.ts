/** The random events of a soak, all told by the seed: good commands of every kind, repeated ones, broken ones, queries. */
import { brokenEvent } from '../../cli/simulate/broken';
import { below, oneOf, seededRandom, shuffled } from '../support/random';
import type { SentEvent } from '../support/send';

/** An event, and whether it may be done at all. */
export interface Planned extends SentEvent {
  readonly broken: boolean;
}

const CUSTOMERS = 60;
const ITEMS = 40;
const DAYS = 700;

/** Text that would do harm where it is taken for code, or cut in the wrong places. */
const NAMES = [
  'Ann',
  "Robert'); DROP TABLE customers;--",
  '{% $eval("1/0") %}',
  '😀'.repeat(100),
  'ä\u0301 \u202e ﷽',
  '$states.input',
  '\\" \u0000\n\t',
  '__proto__',
] as const;

type Random = () => number;

const time = (random: Random): Date =>
  new Date(Date.UTC(2021, 10, 3, below(24, random), below(60, random)) + below(DAYS, random) * 86_400_000);

const items = (random: Random) =>
  Array.from({ length: 1 + below(4, random) }, () => ({
    itemid: `i-${below(ITEMS, random)}`,
    quantity: 1 + below(40, random),
  }));

const some = <T extends object>(probability: number, random: Random, fields: T): Partial<T> =>
  random() < probability ? fields : {};

/** Makes rounds of events. What changes an order is sent in a later round than what creates it, and beside other changes of it. */
export class Planner {
  readonly #random: Random;
  #orders: string[] = [];
  #fresh: string[] = [];
  readonly #registered: { customerId: string }[] = [];
  #keys = 0;
  #again: Planned[] = [];

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** Of `count` events and some more, since one in ten is sent twice: in this round or in the next. */
  round(count: number): Planned[] {
    const events = this.#again.splice(0);
    for (let n = 0; n < count; n += 1) {
      const event = this.#event();
      events.push(event);
      if (this.#random() < 0.1) (this.#random() < 0.5 ? events : this.#again).push(event);
    }
    this.#orders.push(...this.#fresh.splice(0));
    return shuffled(events, this.#random);
  }

  /** Cancellations of orders chosen at random. */
  cancellations(count: number): Planned[] {
    return shuffled(this.#orders, this.#random)
      .slice(0, count)
      .map((orderId) => this.#command({ command: 'cancelOrder', orderId, ...this.#key() }));
  }

  #event(): Planned {
    const kind = this.#random();
    if (kind < 0.05) return { ...brokenEvent(this.#random), broken: true };
    if (kind < 0.07) return this.#query();
    if (kind < 0.55 || this.#orders.length === 0) return this.#create();
    if (kind < 0.75) return this.#command({ command: 'updateOrder', ...this.#change(), items: items(this.#random) });
    if (kind < 0.85) return this.#command({ command: 'cancelOrder', ...this.#change() });
    if (kind < 0.92) return this.#registerCustomer();
    if (kind < 0.95) return this.#forgetCustomer();
    return this.#registerItem();
  }

  #command(detail: object): Planned {
    return { kind: 'orderCommand', detail, time: time(this.#random), broken: false };
  }

  #key = () => ({ commandId: `k-${(this.#keys += 1)}` });
  #customer = () => ({ customerId: `c-${below(CUSTOMERS, this.#random)}` });
  #order = () => this.#orders[below(this.#orders.length, this.#random)] ?? 'none';

  #create(): Planned {
    const orderId = `o-${this.#orders.length + this.#fresh.length}`;
    this.#fresh.push(orderId);
    const key = some(0.8, this.#random, this.#key());
    const customer = some(0.8, this.#random, this.#customer());
    return this.#command({ command: 'createOrder', orderId, ...customer, items: items(this.#random), ...key });
  }

  /** Which order is changed under which key; one in fifty was never made, one in fifty has the key of another command. */
  #change() {
    const orderId = this.#random() < 0.02 ? `never-${below(1000, this.#random)}` : this.#order();
    const key = this.#random() < 0.02 ? { commandId: 'k-shared' } : this.#key();
    return { orderId, ...key, ...some(0.3, this.#random, { expectedVersion: 1 + below(3, this.#random) }) };
  }

  #registerCustomer(): Planned {
    const email = `c${below(1000, this.#random)}@example.com`;
    const name = oneOf(NAMES, this.#random);
    const customer = this.#customer();
    this.#registered.push(customer);
    return this.#command({ command: 'registerCustomer', ...customer, name, email, ...this.#key() });
  }

  /** Mostly of somebody who was registered, in this round maybe. */
  #forgetCustomer(): Planned {
    const known = this.#registered[below(this.#registered.length, this.#random)];
    const customer = this.#random() < 0.1 ? this.#customer() : (known ?? this.#customer());
    return this.#command({ command: 'forgetCustomer', ...customer, ...this.#key() });
  }

  #registerItem(): Planned {
    const tags = Array.from(
      { length: below(4, this.#random) },
      () => `tag ${Array.from(oneOf(NAMES, this.#random)).slice(0, 9).join('')}`,
    );
    const name = oneOf(NAMES, this.#random);
    const itemid = `i-${below(ITEMS, this.#random)}`;
    return this.#command({
      command: 'registerItem',
      itemid,
      name,
      tags: tags.map((tag) => tag.trim()),
      ...this.#key(),
    });
  }

  #query(): Planned {
    const detail = oneOf(
      [
        { query: 'itemsSalesReport' },
        { query: 'monthlySalesByItem', itemid: `i-${below(ITEMS, this.#random)}` },
        { query: 'orderById', orderId: this.#order() },
        { query: 'ordersByCustomer', ...this.#customer(), limit: 5 },
        { query: 'customersByItem', itemid: `i-${below(ITEMS, this.#random)}`, limit: 5 },
        { query: 'customerCount' },
      ],
      this.#random,
    );
    return { kind: 'orderQuery', detail, broken: false };
  }
}
