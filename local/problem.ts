/** What went wrong, said to the person at the terminal: a sentence with its remedy, printed without a stack trace. */
export class Problem extends Error {
  override readonly name = 'Problem';
}

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
