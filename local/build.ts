/** `sam build`, done only when something that goes into it has changed. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL, ROOT, tool } from './paths';
import { run } from './run';

/** What goes into a build. */
const SOURCES = ['template.yaml', 'samconfig.toml', 'package-lock.json', 'functions', 'db-init', 'statemachine'];

const BUILDS = join(LOCAL, 'build');

/**
 * Builds the template's functions into `.local/build/<hash of the sources>`.
 *
 * @returns the path of the built template.
 * @throws CommandFailed with what `sam build` said.
 */
export async function buildTemplate(signal?: AbortSignal): Promise<string> {
  const folder = join(BUILDS, hashOfSources());
  const template = join(folder, 'template.yaml');
  if (existsSync(template)) return template;
  rmSync(BUILDS, { recursive: true, force: true });
  mkdirSync(BUILDS, { recursive: true });
  const partial = join(BUILDS, `partial-${process.pid}`); // as deep as the final folder: the template points out of it
  await run(tool('sam'), ['build', '--config-env', 'local', '--build-dir', partial], {
    signal,
    env: { ...process.env, SAM_CLI_TELEMETRY: '0' },
  });
  renameSync(partial, folder);
  return template;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap(filesOf))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

function filesOf(source: string): string[] {
  if (source.includes('.')) return [source];
  const entries = readdirSync(join(ROOT, source), { recursive: true, encoding: 'utf8' });
  return entries
    .map((entry) => join(source, entry))
    .filter((file) => statSync(join(ROOT, file)).isFile())
    .sort();
}
