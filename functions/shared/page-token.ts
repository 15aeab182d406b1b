/** `nextToken`: where a page ended, bound to the query that it belongs to. Opaque to senders, and readable by us. */

/** @param scope whatever two queries must share for a token of one to continue the other. */
export const writeToken = (scope: unknown, position: string): string =>
  Buffer.from(JSON.stringify([scope, position])).toString('base64url');

/** The position in `token`; undefined where it is no token, or belongs to another query. */
export function readToken(scope: unknown, token: string): string | undefined {
  try {
    const [itsScope, position] = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[];
    const same = JSON.stringify(itsScope) === JSON.stringify(scope);
    return same && typeof position === 'string' ? position : undefined;
  } catch {
    return undefined;
  }
}
