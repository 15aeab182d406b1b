/** Readers of the values that `simulate` and `tour` take. */
import { InvalidArgumentError } from 'commander';
import { once, onceNumber } from '../options';
import { FLIGHTS, type Flight } from './desk';

/** `YYYY-MM-DD`, of years that an order may have. */
export const readDate = once((text) => {
  const day = new Date(`${text}T00:00:00Z`);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
  if (!isDay) throw new InvalidArgumentError('It must be a day such as 2026-11-21.');
  return text;
});

export const today = (): string => new Date().toISOString().slice(0, 10);

export const readSeed = onceNumber(0, 4_294_967_295);

/** @returns a share from 0 to 1, of `5%`. */
export const readShare = once((text) => {
  const percent = Number(/^(\d{1,3}(?:\.\d{1,3})?)%$/.exec(text)?.[1] ?? NaN);
  if (!(percent <= 100)) throw new InvalidArgumentError('It must be a share from 0% to 100%, such as 5%.');
  return percent / 100;
});

const MAX_SECONDS = 300;

/** @returns seconds, of `20s`. */
export const readSeconds = once((text) => {
  const seconds = Number(/^(\d{1,4})s$/.exec(text)?.[1] ?? NaN);
  if (!(seconds >= 1 && seconds <= MAX_SECONDS))
    throw new InvalidArgumentError(`It must be 1s to ${MAX_SECONDS}s, such as 20s.`);
  return seconds;
});

const MAX_SKEW = 3;

/** How unevenly something is chosen: 0 is evenly. */
export const readSkew = once((text) => {
  const skew = /^\d(?:\.\d{1,3})?$/.test(text) ? Number(text) : NaN;
  if (!(skew <= MAX_SKEW)) throw new InvalidArgumentError(`It must be a number from 0 to ${MAX_SKEW}, such as 1.2.`);
  return skew;
});

/** A flight of the tour, by its number. */
export function readFlight(text: string): Flight {
  const flight = FLIGHTS.find(({ number }) => number === text.toUpperCase());
  if (flight === undefined)
    throw new InvalidArgumentError(`There are ${FLIGHTS.map(({ number }) => number).join(', ')}.`);
  return flight;
}
