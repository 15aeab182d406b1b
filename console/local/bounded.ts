/** A map that forgets what came first when it is full: the console remembers the latest, however long it runs. */
export class Bounded<T> {
  private readonly values = new Map<string, T>();
  /** Whether something was forgotten. */
  forgotten = false;

  constructor(private readonly capacity: number) {}

  /** What is set again keeps its place. */
  set(key: string, value: T): void {
    this.values.set(key, value);
    if (this.values.size <= this.capacity) return;
    const [oldest = ''] = this.values.keys();
    this.values.delete(oldest);
    this.forgotten = true;
  }

  get(key: string): T | undefined {
    return this.values.get(key);
  }

  /** In the order of their coming. */
  all(): T[] {
    return [...this.values.values()];
  }
}
