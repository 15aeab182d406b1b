/** A limit in time that Ctrl-C ends too. */

/**
 * Aborts after `ms`, or when `signal` does. Not by AbortSignal.timeout within AbortSignal.any, which holds it weakly: collected as
 * garbage, it never aborts (Node.js 20 and 22).
 */
export function within(ms: number, signal: AbortSignal): AbortSignal {
  const limit = new AbortController();
  const timer = setTimeout(() => { limit.abort(); }, ms); // prettier-ignore
  timer.unref();
  return AbortSignal.any([limit.signal, signal]);
}
