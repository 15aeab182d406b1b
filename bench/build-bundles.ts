/** Builds each function's bundle as SAM CLI does, for tests that look into them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import * as v from 'valibot';
import { yamlParse } from 'yaml-cfn';
import { ROOT } from '../local/paths';

/** A bundle on disk. */
export interface Bundle {
  /** The function's logical name in template.yaml. */
  readonly name: string;
  /** Where it and the files beside it are. */
  readonly folder: string;
  readonly file: string;
  readonly bytes: number;
  /** What esbuild put in. */
  readonly metafile: Metafile;
}

const ESBUILD = join(ROOT, 'node_modules', '.bin', 'esbuild');

const valueSchema = v.union([v.boolean(), v.string(), v.array(v.string())]);

const functionSchema = v.object({
  Type: v.literal('AWS::Serverless::Function'),
  Metadata: v.object({ BuildMethod: v.literal('esbuild'), BuildProperties: v.record(v.string(), valueSchema) }),
  Properties: v.object({ CodeUri: v.string() }),
});

const templateSchema = v.object({ Resources: v.record(v.string(), v.unknown()) });

type BuildProperties = v.InferOutput<typeof functionSchema>['Metadata']['BuildProperties'];

/** `MainFields: x` as `--main-fields=x`: https://github.com/aws/aws-lambda-builders, workflows/nodejs_npm_esbuild/esbuild.py */
function optionsOf(properties: BuildProperties): string[] {
  return Object.entries(properties).flatMap(([key, value]) => {
    const option = `-${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (Array.isArray(value)) return value.map((one) => `${option}:${one}`);
    return typeof value === 'string' ? [`${option}=${value}`] : value ? [option] : [];
  });
}

/** Runs esbuild with what SAM CLI always gives to it. */
function bundle(name: string, folder: string, cwd: string, entry: string, options: readonly string[]): Bundle {
  mkdirSync(folder, { recursive: true });
  const meta = join(folder, 'meta.json');
  const always = ['--bundle', '--platform=node', '--format=cjs', `--outdir=${folder}`, '--log-level=warning'];
  execFileSync(ESBUILD, [entry, ...always, ...options, `--metafile=${meta}`], { cwd });
  const file = join(folder, entry.replace(/\.ts$/, '.js'));
  const metafile = JSON.parse(readFileSync(meta, 'utf8')) as Metafile;
  return { name, folder, file, bytes: statSync(file).size, metafile };
}

/**
 * Every function's bundle, by the template's BuildProperties.
 *
 * @param into a folder; each bundle gets one of its own in it.
 * @throws Error where a function is built in another way, or esbuild fails.
 */
export function buildBundles(into: string): Bundle[] {
  const { Resources } = v.parse(templateSchema, yamlParse(readFileSync(join(ROOT, 'template.yaml'), 'utf8')));
  return Object.entries(Resources)
    .filter(([, resource]) => (resource as { Type: string }).Type === 'AWS::Serverless::Function')
    .map(([name, resource]) => {
      const { Metadata, Properties } = v.parse(functionSchema, resource);
      const { EntryPoints, ...properties } = Metadata.BuildProperties;
      const [entry] = v.parse(v.tuple([v.string()]), EntryPoints);
      return bundle(name, join(into, name), join(ROOT, Properties.CodeUri), entry, optionsOf(properties));
    });
}
