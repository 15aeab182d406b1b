/** `sam build`, done only when something that goes into it has changed. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL, tool } from './paths';
import { run } from './run';
import { hashOfSources } from './source-hash';

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
  const folder = join(BUILDS, hashOfSources(SOURCES));
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
