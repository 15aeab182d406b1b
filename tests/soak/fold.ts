/**
 * What must be there after all: the accepted commands, applied one after the other. It knows nothing of the pipeline but docs/events.md:
 * the replies say which commands were accepted, and by their versions in which order.
 */
import type { Planned } from './plan';

/** A command or query that was sent, and all that came back to it. */
export interface Sent extends Planned {
  readonly id: string;
  readonly replies: Readonly<Record<string, unknown>>[];
  parked: boolean;
}

export interface Order {
  readonly customerid?: string;
  readonly status: 'active' | 'cancelled';
  readonly version: number;
  readonly orderdate: string;
  /** Sums by item. */
  readonly items: ReadonlyMap<string, number>;
  readonly createdBy: string;
}

/** A customer; one that is forgotten has neither name nor e-mail address. */
export interface Customer {
  readonly version: number;
  readonly name?: string;
  readonly email?: string;
}

export interface Item {
  readonly version: number;
  readonly name: string;
  readonly tags: readonly string[];
}

export interface World {
  readonly orders: Map<string, Order>;
  readonly customers: Map<string, Customer>;
  readonly items: Map<string, Item>;
}

interface Detail {
  readonly command: string;
  readonly orderId: string;
  readonly customerId?: string;
  readonly itemid: string;
  readonly items: readonly { readonly itemid: string; readonly quantity: number }[];
  readonly name: string;
  readonly email: string;
  readonly tags: readonly string[];
  readonly expectedVersion?: number;
}

/** A command that was accepted. */
interface Accepted {
  readonly subject: string;
  readonly key: string;
  readonly version: number;
  readonly detail: Detail;
  readonly time: string;
}

const byAscii = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

export const subjectOf = (reply: Readonly<Record<string, unknown>>): string =>
  ['orderid', 'customerid', 'itemid']
    .flatMap((name) => (name in reply ? [`${name}#${String(reply[name])}`] : []))
    .join();

/** One for each command that took effect, however often it was sent. */
function acceptedCommands(sent: readonly Sent[]): Accepted[] {
  const byKey = new Map<string, Accepted>();
  for (const { detail, time, replies } of sent)
    for (const reply of replies) {
      if (typeof reply['version'] !== 'number') continue;
      const [subject, key] = [subjectOf(reply), String(reply['commandId'])];
      const accepted = {
        subject,
        key,
        version: reply['version'],
        detail: detail as Detail,
        time: time?.toISOString() ?? '',
      };
      byKey.set(`${subject} ${key}`, accepted);
    }
  return [...byKey.values()].sort((a, b) => a.version - b.version);
}

/** @throws Error where the accepted commands cannot have been accepted one after the other. */
export function fold(sent: readonly Sent[]): World {
  const world: World = { orders: new Map(), customers: new Map(), items: new Map() };
  for (const accepted of acceptedCommands(sent)) apply(world, accepted);
  return world;
}

function apply(world: World, { key, version, detail, time }: Accepted): void {
  const { command, orderId, customerId, itemid, name, email, expectedVersion } = detail;
  const order = world.orders.get(orderId);
  const require = (holds: boolean, words: string): void => {
    if (!holds) throw new Error(`${JSON.stringify(detail)} was accepted as version ${version}, though ${words}.`);
  };
  const requireNext = (before = 0): void => {
    require(version === before + 1, `the version before is ${before}`);
    require((expectedVersion ?? before) === before, `${String(expectedVersion)} was expected`);
  };
  switch (command) {
    case 'createOrder':
      require(order === undefined, 'the order was there');
      require(version === 1, 'it is the first');
      world.orders.set(orderId, {
        ...(customerId !== undefined && { customerid: customerId }),
        status: 'active',
        version,
        orderdate: time.replace(/\.\d+Z$/, 'Z'),
        items: sums(detail.items),
        createdBy: key,
      });
      return;
    case 'updateOrder':
    case 'cancelOrder':
      requireNext(order?.version);
      if (order?.status !== 'active') throw new Error(`${orderId} was changed, though it was not active.`);
      world.orders.set(orderId, {
        ...order,
        version,
        ...(command === 'cancelOrder' ? { status: 'cancelled' } : { items: sums(detail.items) }),
      });
      return;
    case 'registerCustomer':
      requireNext(world.customers.get(customerId ?? '')?.version);
      world.customers.set(customerId ?? '', { version, name, email });
      return;
    case 'forgetCustomer':
      require(world.customers.get(customerId ?? '')?.name !== undefined, 'nobody was registered');
      requireNext(world.customers.get(customerId ?? '')?.version);
      world.customers.set(customerId ?? '', { version });
      return;
    case 'registerItem':
      requireNext(world.items.get(itemid)?.version);
      world.items.set(itemid, { version, name, tags: [...new Set(detail.tags)] });
      return;
    default:
      throw new Error(`${command} was accepted.`);
  }
}

function sums(items: Detail['items']): Map<string, number> {
  const found = new Map<string, number>();
  for (const { itemid, quantity } of items) found.set(itemid, (found.get(itemid) ?? 0) + quantity);
  return new Map([...found].sort(([a], [b]) => byAscii(a, b)));
}

/** Faults of what was answered: nothing lost, nothing answered twice, every key answered alike, every broken event refused. */
export function faultsOf(sent: readonly Sent[]): string[] {
  const answers = new Map<string, string>();
  const faults: string[] = [];
  for (const { id, kind, detail, broken, replies, parked } of sent) {
    const fault = (words: string): number =>
      faults.push(`${id} ${JSON.stringify(detail).slice(0, 200)} ${words}: ${JSON.stringify(replies).slice(0, 300)}`);
    if (replies.length + Number(parked) !== 1)
      fault(`has ${replies.length} replies and is ${parked ? '' : 'not '}parked`);
    if (parked && !broken) fault('was parked');
    for (const reply of replies) {
      const codes = (reply['errors'] as { code: string }[] | undefined)?.map(({ code }) => code) ?? [];
      const judgedByShape = codes.some((code) => /^(invalid|unknown)/.test(code));
      if (broken !== judgedByShape) fault(broken ? 'was not refused' : 'was refused for its shape');
      if (kind === 'orderQuery' || broken || codes.includes('idempotencyKeyReused')) continue;
      const about = `${subjectOf(reply)} ${String(reply['commandId'])}`;
      const answer = JSON.stringify([reply['commandStatus'], reply['version'], codes]);
      if (answers.has(about) && answers.get(about) !== answer)
        fault(`was answered before by ${answers.get(about) ?? ''}`);
      answers.set(about, answer);
    }
  }
  return faults;
}
