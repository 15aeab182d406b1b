/** Work that must not overlap: what one look at a queue has borrowed, another does not see. */

/** @returns a function that runs works one after the other, in the order in which they are given. */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
