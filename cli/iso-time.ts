/** Times of events. `new Date` alone takes much that is none: `5` would be a day in May 2001. */

const ISO_TIME =
  /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** What a time must be like. */
export const ISO_WORDS =
  'must be an ISO 8601 time with Z or an offset, such as 2022-10-13T19:00:00Z or 2022-10-13T21:00:00+02:00';

/** @returns undefined for what is no real time of ISO 8601 with an offset. */
export function readIsoTime(text: string): Date | undefined {
  const day = ISO_TIME.exec(text)?.[1];
  if (day === undefined) return undefined;
  const midnight = new Date(`${day}T00:00:00Z`);
  // February 30 would become a day in March
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return undefined;
  return new Date(text);
}
