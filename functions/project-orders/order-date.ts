/** Dates of orders: as their items hold them, `YYYY-MM-DDTHH:MM:SSZ`, and as the database does. */

export const DATE = /^(19[7-9]|[2-9]\d\d)\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** The round trip refuses what `Date` would bend into the next month or day, such as February 30 or 24:00. */
export const isRealSecond = (date: string): boolean => {
  const parsed = new Date(date);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString() === date.replace(/Z$/, '.000Z');
};

/** Days that every month has, at times that every day has: real without a look at the calendar, which takes longer. */
const PLAIN = /^(19[7-9]|[2-9]\d\d)\d-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/** Whether it is such a date, and real. */
export const isDate = (date: unknown): date is string =>
  typeof date === 'string' && (PLAIN.test(date) || (DATE.test(date) && isRealSecond(date)));

/** `YYYY-MM-DD HH:MM:SS` */
export const sqlDate = (date: string): string => `${date.slice(0, 10)} ${date.slice(11, 19)}`;
