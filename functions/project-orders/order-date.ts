/** Dates of orders: as their items hold them, `YYYY-MM-DDTHH:MM:SSZ`, and as the database does. */

export const DATE = /^(19[7-9]|[2-9]\d\d)\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** The round trip refuses what `Date` would bend into the next month or day, such as February 30 or 24:00. */
export const isRealSecond = (date: string): boolean => {
  const parsed = new Date(date);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString() === date.replace(/Z$/, '.000Z');
};

/** `YYYY-MM-DD HH:MM:SS` */
export const sqlDate = (date: string): string => date.slice(0, 19).replace('T', ' ');
