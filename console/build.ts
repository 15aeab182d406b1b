/** Bundles the console's page, only when something that goes into it has changed. */
import { build, stop } from 'esbuild';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL, ROOT } from '../local/paths';
import { hashOfSources } from '../local/source-hash';

/** What goes into it; packages by the lock file. */
const SOURCES = ['console', 'functions/shared', 'package-lock.json'];

const BUILDS = join(LOCAL, 'console');

/** @returns the folder with `index.html` and `assets/`, named by the hash of the sources. */
export async function buildPage(): Promise<string> {
  const folder = join(BUILDS, hashOfSources(SOURCES));
  if (existsSync(folder)) return folder;
  const partial = join(BUILDS, `partial-${process.pid}`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  await build({
    entryPoints: { console: join(ROOT, 'console', 'page', 'main.tsx') },
    outdir: join(partial, 'assets'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'linked', // the licences of what is bundled
    logLevel: 'silent',
  });
  await stop(); // its process would stay
  writeFileSync(join(partial, 'index.html'), readFileSync(join(ROOT, 'console', 'page', 'index.html')));
  for (const old of readdirSync(BUILDS)) if (isOld(join(BUILDS, old))) rmSync(join(BUILDS, old), { recursive: true });
  if (existsSync(folder))
    rmSync(partial, { recursive: true }); // another process was faster
  else renameSync(partial, folder);
  return folder;
}

/** A console that still runs reads its own build. */
const isOld = (folder: string): boolean => Date.now() - statSync(folder).mtimeMs > 86_400_000;
