/**
 * What stands in the bundles for `iconv-lite`, of whose tables mysql2 would bring 490 KB: it asks for them where Node itself does not know
 * a character set. Our sessions are `utf8mb4`, so that comes to MySQL's old `utf8`, named `cesu8` there: without characters beyond
 * U+FFFF, which is all that MySQL puts into it, it is UTF-8. docs/adr/0012
 */

/** As iconv-lite's: mysql2 gives a whole value to `write`, and ends. */
export interface Decoder {
  write(bytes: Buffer): string;
  end(): string | undefined;
}

/** @throws Error for a character set that no session of ours has: its text would come out wrong. */
export function getDecoder(encoding: string): Decoder {
  if (encoding !== 'cesu8') throw unknown(encoding);
  return { write: (bytes) => bytes.toString('utf8'), end: () => undefined };
}

/** @throws Error always: what we send is `utf8mb4`, which Node encodes itself. */
export function getEncoder(encoding: string): never {
  throw unknown(encoding);
}

const unknown = (encoding: string): Error =>
  new Error(`The database speaks ${encoding}, which is left out of this bundle; the session must be utf8mb4.`);
