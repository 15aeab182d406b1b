/**
 * A database server in memory, for tests that try thousands of interleavings: real statements, transactions (READ COMMITTED), row locks,
 * deadlocks, and connections that are lost. What it does is decided by lot alone, so a seed repeats it. It knows the projection's
 * statements only; tests/integration/memory-database.int.test.ts holds it to a real server.
 */
import { databaseOn, type Database, type SqlValue } from '../../../functions/shared/database';
import type { Session } from '../../../functions/shared/database-session';
import { sqlBy, type Answer, type Ask, type Bound } from '../../../functions/shared/database-statements';
import { below, oneOf } from '../random';
import type { Scheduler } from '../scheduler';
import { execute } from './execute';
import { readStatement } from './statement';
import { serverError, Store, Transaction } from './store';

const lost = (): Error => Object.assign(new Error('Connection lost'), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true }); // prettier-ignore

/** What may go wrong with a statement; with a COMMIT only what is lost. */
const FAULTS = ['lock wait timeout', 'lost before', 'lost after'] as const;

export class MemoryServer {
  /** How many statements of a hundred meet a fault. */
  faultsPercent = 0;
  /** How often each error and each fault came up. */
  readonly counts = new Map<string, number>();
  readonly store: Store;

  constructor(
    readonly scheduler: Scheduler,
    readonly random: () => number,
  ) {
    this.store = new Store(scheduler, (event) => {
      this.note(event);
    });
  }

  /** One more client, whose connection is opened at its first use, and anew where it is lost. */
  connect(): Database {
    return databaseOn(() => Promise.resolve(openMemorySession(this)));
  }

  note(event: string): void {
    this.counts.set(event, (this.counts.get(event) ?? 0) + 1);
  }

  drawFault(): (typeof FAULTS)[number] | undefined {
    return this.random() * 100 < this.faultsPercent ? oneOf(FAULTS, this.random) : undefined;
  }

  /** Its client is gone. The server finds out later, and until then keeps the locks; a COMMIT that it has got still takes effect. */
  abandon(transaction: Transaction, committing = false): void {
    this.scheduler.spawn(async () => {
      for (let turns = below(20, this.random); turns > 0; turns -= 1) await this.scheduler.turn();
      if (transaction.isOver) return;
      if (committing) this.store.commit(transaction);
      else this.store.rollback(transaction);
    });
  }

  /** Its client is gone, and the server goes on with what it got of it at once. */
  goOn(transaction: Transaction, statements: readonly Bound[]): void {
    this.scheduler.spawn(async () => {
      try {
        for (const [text, values = []] of statements) {
          await this.scheduler.turn();
          if (text === 'COMMIT') this.store.commit(transaction);
          else await this.execute(text, values, transaction);
        }
      } catch {
        // What fails ends the rest, and so does the end of the connection.
      }
      if (!transaction.isOver) this.store.rollback(transaction);
    });
  }

  /** One statement, all of it or nothing. */
  async execute(text: string, values: readonly SqlValue[], mine: Transaction): Promise<Answer> {
    const mark = mine.undo.length;
    try {
      return await execute(readStatement(text, values), { store: this.store, mine, random: this.random });
    } catch (error) {
      if (error instanceof Error && 'errno' in error) this.note(String(error.errno));
      if (!mine.isOver) this.store.rollbackTo(mark, mine);
      throw error;
    }
  }
}

class MemorySession {
  #transaction: Transaction | undefined;
  #isLost = false;
  #isAsking = false;
  /** What came together with statements that are done. */
  #received: readonly Bound[] = [];

  constructor(readonly server: MemoryServer) {}

  /** The server finds out when it is done with the statement that it is at. */
  destroy(): void {
    this.#isLost = true;
    if (!this.#isAsking) this.#abandon();
  }

  #abandon(committing = false): void {
    if (this.#transaction !== undefined) this.server.abandon(this.#transaction, committing);
    this.#transaction = undefined;
  }

  #lose(when: string, committing = false): never {
    this.server.note(when);
    if (this.#transaction !== undefined && this.#received.length > 0 && this.server.random() < 0.5) {
      this.server.goOn(this.#transaction, this.#received);
      this.#transaction = undefined;
    }
    this.#isLost = true;
    this.#abandon(committing);
    throw lost();
  }

  async #autocommit(text: string, values: readonly SqlValue[]): Promise<Answer> {
    const own = new Transaction();
    try {
      const result = await this.server.execute(text, values, own);
      this.server.store.commit(own);
      return result;
    } catch (error) {
      if (!own.isOver) this.server.store.rollback(own);
      throw error;
    }
  }

  #inTransaction(text: string, values: readonly SqlValue[]): Promise<Answer> {
    const own = this.#transaction;
    if (own === undefined) return this.#autocommit(text, values);
    return this.server.execute(text, values, own).catch((error: unknown) => {
      if (own.isOver) this.#transaction = undefined; // a deadlock ends all of it
      throw error;
    });
  }

  #end(how: 'commit' | 'rollback'): number {
    if (this.#transaction !== undefined) this.server.store[how](this.#transaction);
    this.#transaction = undefined;
    return 0;
  }

  /** Several statements at once: the first that fails is the last. */
  async ask(statements: readonly Bound[]): Promise<Answer[]> {
    const answers: Answer[] = [];
    this.#isAsking = true;
    try {
      for (const [n, [text, values]] of statements.entries()) {
        this.#received = n === 0 ? [] : statements.slice(n);
        answers.push(await this.#query(text, values, statements.slice(n + 1)));
      }
      return answers;
    } finally {
      this.#isAsking = false;
      if (this.#isLost) this.#abandon();
    }
  }

  async #query(text: string, values: readonly SqlValue[] = [], rest: readonly Bound[]): Promise<Answer> {
    await this.server.scheduler.turn();
    if (this.#isLost) throw lost();
    if (text === 'ROLLBACK') return this.#end('rollback');
    const fault = this.server.drawFault();
    if (fault === 'lost before') this.#lose(`${fault}${text === 'COMMIT' ? ' COMMIT' : ''}`);
    this.#received = rest;
    if (text === 'COMMIT') return fault === 'lost after' ? this.#lose('lost after COMMIT', true) : this.#end('commit');
    if (text === 'START TRANSACTION') {
      if (this.#transaction !== undefined) throw new Error('A transaction within a transaction');
      this.#transaction = new Transaction();
      return 0;
    }
    if (fault === 'lock wait timeout') {
      this.server.note('1205');
      throw serverError(1205, 'HY000');
    }
    const result = await this.#inTransaction(text, values);
    return fault === 'lost after' ? this.#lose(fault) : result;
  }
}

export function openMemorySession(server: MemoryServer): Session {
  const session = new MemorySession(server);
  const ask: Ask = (statements) => session.ask(statements);
  return {
    ask,
    sql: sqlBy(ask),
    onError: () => undefined,
    destroy: () => {
      session.destroy();
    },
    end: () => {
      session.destroy();
      return Promise.resolve();
    },
  };
}
