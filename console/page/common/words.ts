/** Times and data as people read them. */

/** `22:14:24.331`, in the time of the browser. */
export const clock = (iso: string): string => {
  const date = new Date(iso);
  return `${date.toLocaleTimeString('en-GB')}.${String(date.getMilliseconds()).padStart(3, '0')}`;
};

/** `2026-11-24 22:14:24`, in the time of the browser. */
export const dateAndTime = (iso: string): string => {
  const date = new Date(iso);
  return `${date.toLocaleDateString('sv-SE')} ${date.toLocaleTimeString('en-GB')}`;
};

/** `183 ms`, `2.4 s` or `3 min`. */
export function span(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 120_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${Math.round(milliseconds / 60_000)} min`;
}

export const between = (from: string, to: string): string => span(Date.parse(to) - Date.parse(from));

/** JSON text with a line for each field; other text as it is. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en-GB')} ${n === 1 ? one : many}`;
