/** Chance that can be repeated, as `simulate` has it too; and how a test is told which. */
export { below, oneOf, seededRandom, shuffled } from '../../cli/simulate/random';

/**
 * A whole number from the environment, such as the number of runs.
 *
 * @throws Error where it is set and is no whole number.
 */
export function readNumber(name: string, otherwise: number, environment = process.env): number {
  const value = environment[name];
  if (value === undefined || value === '') return otherwise;
  if (!/^\d{1,15}$/.test(value)) throw new Error(`${name} must be a whole number, and is ${value}`);
  return Number(value);
}

/** `SEED` repeats what a test drew by lot; without it, each run draws anew. A test says its seed in its name. */
export const readSeed = (): number => readNumber('SEED', Date.now() % 1_000_000);
