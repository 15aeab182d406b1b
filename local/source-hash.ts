/** What a build is named by: it is done again only when something that goes into it has changed. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths';

/** @param sources files and folders of the repository, by their paths in it. @returns 16 hexadecimal digits, of all their files. */
export function hashOfSources(sources: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of sources.flatMap(filesOf))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

function filesOf(source: string): string[] {
  if (statSync(join(ROOT, source)).isFile()) return [source];
  const entries = readdirSync(join(ROOT, source), { recursive: true, encoding: 'utf8' });
  return entries
    .map((entry) => join(source, entry))
    .filter((file) => statSync(join(ROOT, file)).isFile())
    .sort();
}
