/** The functions' bundles, built once for the tests of one file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { buildBundles, type Bundle } from '../../bench/build-bundles';

export interface Bundles {
  readonly all: () => readonly Bundle[];
  /** @param name the function's logical name in template.yaml; any other is an error. */
  readonly named: (name: string) => Bundle;
}

/** Called by a test file at its top. They are there from its first test to its last. */
export function useBundles(): Bundles {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  let bundles: readonly Bundle[] = [];
  beforeAll(() => {
    bundles = buildBundles(folder);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    all: () => bundles,
    named(name) {
      const bundle = bundles.find((one) => one.name === name);
      if (bundle === undefined) throw new Error(`${name} is no function of the template`);
      return bundle;
    },
  };
}
