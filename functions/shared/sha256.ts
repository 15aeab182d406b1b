/** The hash that AWS's signer asks for, by Node itself: the signer's library would bring one in JavaScript along, for where there is no Node. */
import { createHash, createHmac } from 'node:crypto';

type Hash = ReturnType<typeof createHash | typeof createHmac>;

/** What a secret may be. */
type Secret = string | ArrayBuffer | ArrayBufferView;

const toBytes = (secret: Exclude<Secret, string>): Buffer =>
  ArrayBuffer.isView(secret) ? Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength) : Buffer.from(secret);

/** As the signer uses it: made anew for each hash. @param secret makes it an HMAC. */
export class Sha256 {
  #hash: Hash;

  constructor(readonly secret?: Secret) {
    this.#hash = this.#begin();
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    this.#hash = this.#begin();
  }

  #begin(): Hash {
    const { secret } = this;
    if (secret === undefined) return createHash('sha256');
    return createHmac('sha256', typeof secret === 'string' ? secret : toBytes(secret));
  }
}
