/** What a deployment that fails on the schema tells as its reason. */

/** A step that could not be applied; the message carries the server's own reason. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

/** The server's message with its number, as `… (errno 1064)`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const number = 'errno' in error && typeof error.errno === 'number' ? ` (errno ${error.errno})` : '';
  const words = error.message === '' && 'code' in error ? String(error.code) : error.message;
  return `${words}${number}`;
}
