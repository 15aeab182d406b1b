/** Tasks that run at once, step by step, in an order drawn by lot: the same numbers give the same order. */
import { oneOf } from './random';

interface Waiting {
  readonly isReady: () => boolean;
  readonly goOn: () => void;
}

/** Every task says by `turn` where others may come first, and awaits nothing else that takes time. */
export class Scheduler {
  readonly #random: () => number;
  #waiting: Waiting[] = [];
  #running = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Waits until it is this task's turn and `isReady`. A task alone goes on at once. */
  async turn(isReady: () => boolean = () => true): Promise<void> {
    if (this.#running <= 1 && this.#waiting.length === 0) {
      if (isReady()) return;
      throw new Error('Nobody is left to make ready what this task waits for');
    }
    await new Promise<void>((goOn) => this.#waiting.push({ isReady, goOn }));
  }

  /** Begins a task that nobody waits for; `run` ends after it. */
  spawn(task: () => Promise<void>): void {
    this.#running += 1;
    void task().finally(() => (this.#running -= 1));
  }

  /** @throws what the first of the tasks that failed threw, when all have ended. */
  async run(tasks: readonly (() => Promise<void>)[]): Promise<void> {
    const failed: unknown[] = [];
    for (const task of tasks) {
      this.spawn(() =>
        task().catch((error: unknown) => {
          failed.push(error);
        }),
      );
    }
    for (;;) {
      await new Promise(setImmediate); // every task has come to its next turn, or its end
      if (this.#running === 0) break;
      this.#letOneGoOn();
    }
    if (failed.length > 0) throw failed[0];
  }

  #letOneGoOn(): void {
    const [first, ...others] = this.#waiting.filter(({ isReady }) => isReady());
    if (first === undefined) throw new Error(`${this.#running} tasks wait for each other`);
    const chosen = oneOf([first, ...others], this.#random);
    this.#waiting = this.#waiting.filter((one) => one !== chosen);
    chosen.goOn();
  }
}
