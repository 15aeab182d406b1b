/** A pipeline in memory that answers commands and queries as docs/events.md has it: what `simulate` and `tour` are tried on. */
import * as v from 'valibot';
import type { Bus, Entry, PutResult } from '../../cli/pipeline';
import { commandSchema } from '../../functions/shared/commands';
import { answeredEvent, type Reply } from '../../local/replies';
import { MemoryPipeline } from './memory-pipeline';

type Detail = Readonly<Record<string, unknown>>;

interface Item {
  readonly itemid: string;
  readonly quantity: number;
}

/** An order, a customer or an item. */
interface Subject {
  readonly version: number;
  readonly orderid?: string;
  readonly customerid?: string;
  readonly items?: readonly Item[];
  readonly tags?: readonly string[];
  readonly status?: string;
}

const DONE: Readonly<Record<string, string>> = {
  createOrder: 'orderCreated',
  updateOrder: 'orderUpdated',
  cancelOrder: 'orderCancelled',
  registerCustomer: 'customerRegistered',
  registerItem: 'itemRegistered',
};
const COMMANDS = commandSchema.options.map(({ entries }) => entries.command.literal) as readonly string[];

const refusal = (code: string): Detail => ({ commandStatus: 'rejected', errors: [{ code, message: code }] });

/** Larger events are parked. */
const MOST_BYTES = 200_000;

export class DeskPipeline extends MemoryPipeline {
  readonly subjects = new Map<string, Subject>();
  /** Answers by subject and key. */
  readonly #answers = new Map<string, Detail>();
  readonly #replies: Reply[] = [];
  readonly #listeners = new Set<(reply: Reply) => void>();
  /** What a test makes of a reply: another one, or none at all. */
  tamper: (reply: Detail, asked: Detail) => Detail | undefined = (reply) => reply;

  override readonly bus: Bus = {
    put: (entries: readonly Entry[]): Promise<PutResult[]> =>
      Promise.resolve(entries.map((entry): PutResult => this.#take(entry))),
    watchReplies: () => {
      this.watching += 1;
      return Promise.resolve({
        to: (ids: readonly string[], _ms: number, onReply: (reply: Reply) => void) => {
          const found = this.#replies.filter((reply) => ids.includes(String(answeredEvent(reply))));
          found.forEach(onReply);
          return Promise.resolve(found);
        },
        each: (onReply: (reply: Reply) => void, signal: AbortSignal) => {
          this.#listeners.add(onReply);
          return new Promise<void>((resolve) => {
            signal.addEventListener('abort', () => {
              resolve();
            });
          });
        },
        close: () => Promise.resolve(void (this.watching -= 1)),
      });
    },
  };

  protected override async *tablePages(): AsyncIterable<readonly string[]> {
    yield await Promise.resolve([...this.subjects.keys()]);
  }

  protected override async *emptyPages(table: 'orders' | 'commands'): AsyncIterable<readonly string[]> {
    const things = table === 'orders' ? this.subjects : this.#answers;
    const keys = [...things.keys()];
    things.clear();
    if (keys.length > 0) yield await Promise.resolve(keys);
  }

  #take(entry: Entry): PutResult {
    const error = this.refusals.get(this.sent.length);
    this.sent.push(entry);
    if (error !== undefined) return { error };
    const eventId = `event-${this.sent.length}`;
    if (entry.detail.length > MOST_BYTES) {
      this.parked.add(eventId, { event: { id: eventId } });
      return { eventId };
    }
    const asked = JSON.parse(entry.detail) as Detail;
    const isQuery = entry.detailType === 'orderQuery';
    const answered = isQuery ? this.#query(asked) : this.#command(asked, eventId);
    const reply = this.tamper(answered, asked);
    if (reply === undefined) return { eventId };
    const kind = isQuery ? 'orderQueryResponse' : 'orderCommandResponse';
    const event = { kind, detail: { ...reply, [isQuery ? 'queryMessageId' : 'commandMessageId']: eventId } };
    this.#replies.push(event);
    for (const listener of this.#listeners) listener(event);
    return { eventId };
  }

  #command(asked: Detail, eventId: string): Detail {
    const parsed = v.safeParse(commandSchema, asked);
    if (!parsed.success)
      return refusal(COMMANDS.includes(String(asked['command'])) ? 'invalidCommand' : 'unknownCommand');
    const { orderId, customerId, itemid, commandId = eventId } = asked as Readonly<Record<string, string>>;
    const pk = orderId === undefined ? (itemid === undefined ? `customer#${String(customerId)}` : `item#${itemid}`) : `order#${orderId}`; // prettier-ignore
    const key = `${pk} ${commandId}`;
    const before = this.#answers.get(key);
    if (before !== undefined) return { ...before, duplicate: true };
    const about = orderId === undefined ? (itemid === undefined ? { customerid: customerId } : { itemid }) : { orderid: orderId }; // prettier-ignore
    const answer = { ...about, commandId, ...this.#judge(pk, asked) };
    this.#answers.set(key, answer);
    return answer;
  }

  #judge(pk: string, asked: Detail): Detail {
    const command = String(asked['command']);
    const before = this.subjects.get(pk);
    if (command === 'createOrder' && before !== undefined) return refusal('orderAlreadyExists');
    if (command === 'updateOrder' || command === 'cancelOrder') {
      if (before === undefined) return refusal('orderNotFound');
      if (before.status !== 'active') return refusal('orderNotActive');
    }
    const version = (before?.version ?? 0) + 1;
    this.subjects.set(pk, {
      ...before,
      ...(asked['orderId'] !== undefined && { orderid: asked['orderId'] as string }),
      ...(asked['customerId'] !== undefined && { customerid: asked['customerId'] as string }),
      ...(asked['items'] !== undefined && { items: asked['items'] as Item[] }),
      ...(asked['tags'] !== undefined && { tags: asked['tags'] as string[] }),
      status: command === 'cancelOrder' ? 'cancelled' : 'active',
      version,
    });
    return { commandStatus: DONE[command], version };
  }

  #query(asked: Detail): Detail {
    const rows = this.#rows(asked);
    const needsItem = ['monthlySalesByItem', 'customersByItem'].includes(String(asked['query']));
    const isWhole = !needsItem || asked['itemid'] !== undefined;
    const isFine =
      rows !== undefined && isWhole && asked['nextToken'] === undefined && Number(asked['limit'] ?? 1) <= 500;
    if (!isFine) return { queryStatus: 400, queryResult: [], errors: [{ code: rows === undefined ? 'unknownQuery' : 'invalidQuery' }] }; // prettier-ignore
    const isFound = asked['query'] !== 'orderById' || rows.length > 0;
    return { queryStatus: isFound ? 200 : 404, queryResult: rows };
  }

  #rows(asked: Detail): readonly object[] | undefined {
    const subjects = [...this.subjects];
    const orders = subjects.flatMap(([pk, subject]) => (pk.startsWith('order#') ? [subject] : []));
    switch (asked['query']) {
      case 'customerCount':
        return [{ customers: subjects.filter(([pk]) => pk.startsWith('customer#')).length }];
      case 'orderById':
        return orders.filter(({ orderid }) => orderid === asked['orderId']);
      case 'ordersByCustomer':
        return orders.filter(({ customerid }) => customerid === asked['customerId']);
      case 'customersByItem':
        return holders(orders, (itemid) => itemid === asked['itemid']);
      case 'customersByTag':
        return holders(orders, (itemid) => this.subjects.get(`item#${itemid}`)?.tags?.includes(String(asked['tag'])) === true); // prettier-ignore
      case 'itemsSalesReport':
      case 'monthlySalesByItem':
        return [];
      default:
        return undefined;
    }
  }
}

/** Who has active orders of such items. */
function holders(orders: readonly Subject[], isWanted: (itemid: string) => boolean) {
  const held = new Map<string, string[]>();
  for (const { status, customerid = '', orderid = '', items = [] } of orders)
    if (status === 'active' && items.some(({ itemid }) => isWanted(itemid)))
      held.set(customerid, [...(held.get(customerid) ?? []), orderid]);
  return [...held]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([customerid, orderids]) => ({ customerid, name: null, email: null, orderCount: orderids.length, orderids }));
}
