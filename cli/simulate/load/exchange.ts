/** Many events in flight at once, each told of its own reply. */
import { answeredEvent, type Reply } from '../../../local/replies';
import { inChunks } from '../../chunks';
import type { Bus, Entry, Replies } from '../../pipeline';
import type { Detail } from '../desk';

/** Told of a reply once, and of the milliseconds since the event was put on the bus. */
export type OnReply = (reply: Detail, milliseconds: number) => void;

export interface Letter {
  readonly entry: Entry;
  /** Told first of the event's id, or why the bus did not take it. */
  readonly onSent: (id: string | undefined, error: string) => void;
  readonly onReply: OnReply;
}

/** As many as one call to the bus takes: where one fails, the answers to those before it are known. */
const TOGETHER = 10;

export class Exchange {
  readonly #open = new Map<string, { readonly since: number; readonly onReply: OnReply }>();
  /** Replies that are faster than the answer of PutEvents. */
  readonly #early = new Map<string, { readonly reply: Detail; readonly at: number }>();
  #putting = 0;
  /** Events of calls that failed: the bus may have taken them. */
  unsure = 0;
  /** When the last reply came. */
  lastReplyAt = performance.now();

  constructor(private readonly bus: Bus) {}

  get open(): number {
    return this.#open.size;
  }

  /** Ids of the events without a reply. */
  unanswered = (): string[] => [...this.#open.keys()];

  /** Takes an event for done: no reply will come. */
  giveUp = (id: string): boolean => this.#open.delete(id);

  /** Reads replies until `signal` is aborted. */
  listen(replies: Replies, signal: AbortSignal): Promise<void> {
    return replies.each((reply) => { this.#receive(reply); }, signal); // prettier-ignore
  }

  #receive(reply: Reply): void {
    const id = String(answeredEvent(reply));
    const at = performance.now();
    const one = this.#open.get(id);
    if (one !== undefined) this.#tell(id, one, reply.detail, at);
    else if (this.#putting > 0) this.#early.set(id, { reply: reply.detail, at }); // somebody else's, or of an event whose id is not known yet
  }

  #tell(id: string, { since, onReply }: { since: number; onReply: OnReply }, reply: Detail, at: number): void {
    this.#open.delete(id); // of several replies, the first
    this.lastReplyAt = at;
    onReply(reply, at - since);
  }

  /** @throws what the bus throws. */
  async send(letters: readonly Letter[]): Promise<void> {
    for (const some of inChunks(letters, TOGETHER)) {
      this.unsure += some.length;
      await this.put(some);
      this.unsure -= some.length;
    }
  }

  /** The same for what is no part of the load: it is not counted. */
  async put(letters: readonly Letter[]): Promise<void> {
    const since = performance.now();
    this.#putting += 1;
    try {
      const results = await this.bus.put(letters.map(({ entry }) => entry));
      letters.forEach(({ onSent, onReply }, index) => {
        const result = results[index] ?? { error: 'no answer' };
        if ('error' in result) {
          onSent(undefined, result.error);
          return;
        }
        const id = result.eventId;
        onSent(id, '');
        const early = this.#early.get(id);
        if (early === undefined) this.#open.set(id, { since, onReply });
        else this.#tell(id, { since, onReply }, early.reply, early.at);
      });
    } finally {
      this.#putting -= 1;
      if (this.#putting === 0) this.#early.clear();
    }
  }
}
