/**
 * What stands in the bundles for `long`, of which mysql2 uses this much, to read whole numbers beyond 2^53: the language has them itself
 * by now. The original compiles WebAssembly at each start. docs/adr/0012
 */
class Long {
  readonly #value: bigint;

  /** Of the lower and the upper 32 bits, each as a number with or without a sign. */
  constructor(low: number, high: number, unsigned: boolean) {
    const bits = (BigInt(high) << 32n) | BigInt(low >>> 0);
    this.#value = unsigned ? BigInt.asUintN(64, bits) : BigInt.asIntN(64, bits);
  }

  /** The nearest number there is. */
  toNumber(): number {
    return Number(this.#value);
  }

  toString(): string {
    return this.#value.toString();
  }
}

export = Long;
