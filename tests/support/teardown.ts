/** After all tests of a level: ends what its setup started, last first, whether the tests passed or not. */
const endings: (() => Promise<void>)[] = [];

/** Called by a setup for each thing it started. */
export const endWith = (ending: () => Promise<void>): void => {
  endings.unshift(ending);
};

export default async function teardown(): Promise<void> {
  for (const ending of endings.splice(0)) await ending();
}
