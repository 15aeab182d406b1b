/** The SBOM names what is bundled into the functions, and nothing else. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { buildBundles } from '../../../bench/build-bundles';

interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

interface Sbom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string }[];
}

const root = path.resolve(__dirname, '../../..');
const read = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
const { dependencies, devDependencies } = read('package.json') as Record<string, Record<string, string>>;

let sbom: Sbom;
beforeAll(() => {
  execFileSync('npm', ['run', '--silent', 'sbom'], { cwd: root });
  sbom = read('.local/sbom.cdx.json') as Sbom;
});

const component = (name: string): Component | undefined => sbom.components.find((one) => one.name === name);

/** Packages of node_modules in the bundles. */
function bundled(): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'sbom-'));
  const files = buildBundles(folder).flatMap(({ metafile }) => Object.keys(metafile.inputs));
  rmSync(folder, { recursive: true });
  const packages = files.map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]);
  return [...new Set(packages.filter((name) => name !== undefined))];
}

describe('the SBOM', () => {
  test('is CycloneDX, and each component has an address and a hash', () => {
    expect(sbom.bomFormat).toBe('CycloneDX');
    expect(Number(sbom.specVersion)).toBeGreaterThanOrEqual(1.5);
    for (const { name, version, purl, hashes = [] } of sbom.components) {
      expect(purl).toBe(`pkg:npm/${name.replace('@', '%40')}@${version}`);
      expect(hashes.map(({ alg }) => alg)).toEqual(['SHA-512']);
    }
  });

  test.each(Object.entries(dependencies ?? {}))('has %s %s of package.json', (name, version) => {
    expect(component(name)?.version).toBe(version);
  });

  test('has every package that is bundled into a function', () => {
    const packages = bundled();
    expect(packages).toContain('mysql2');
    expect(packages.filter((name) => component(name) === undefined)).toEqual([]);
  });

  test('has nothing that a file of ours stands for', () => {
    for (const name of ['iconv-lite', 'safer-buffer', 'is-property', 'long']) expect(component(name)).toBeUndefined();
  });

  test('has no tool that only builds and tests', () => {
    expect(Object.keys(devDependencies ?? {}).filter((name) => component(name) !== undefined)).toEqual([]);
  });

  test('says what depends on what', () => {
    const refs = sbom.dependencies.map(({ ref }) => ref);
    for (const { name, version } of sbom.components) expect(refs).toContain(`${name}@${version}`);
  });
});
