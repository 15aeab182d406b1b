/** Writes results, tables and plots to where they belong: into the docs, or under .local. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { LOCAL, ROOT } from '../local/paths';
import { lossesInShort } from './losses/report';
import { drawPlots } from './plots';
import { report } from './report';
import { merged, type Results } from './results';

const DOCS = join(ROOT, 'docs', 'benchmarks.md');
const README = join(ROOT, 'README.md');
const RESULTS = join(ROOT, 'bench', 'results.json');
const [BEGIN, END] = ['<!-- written by npm run bench: begin -->', '<!-- end -->'];

/** Puts `text` between the marks. @throws Error where the file has lost them. */
function between(document: string, text: string): string {
  const [start, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (start === -1 || end < start) throw new Error(`A document must have the lines ${BEGIN} and ${END}`);
  return `${document.slice(0, start + BEGIN.length)}\n\n${text}\n\n${document.slice(end)}`;
}

async function write(file: string, text: string): Promise<void> {
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}

/** @returns the file that shows it all. */
async function publishInDocs(now: Results): Promise<string> {
  const results = merged(JSON.parse(readFileSync(RESULTS, 'utf8')) as Results, now);
  const folder = join(ROOT, 'docs', 'benchmarks');
  mkdirSync(folder, { recursive: true });
  const text = report(results, await drawPlots(results, folder, 'benchmarks'));
  await write(RESULTS, JSON.stringify(results, null, 2));
  await write(DOCS, between(readFileSync(DOCS, 'utf8'), text));
  if (results.losses !== undefined)
    await write(README, between(readFileSync(README, 'utf8'), lossesInShort(results.losses)));
  return DOCS;
}

/** @returns the file that shows it all. */
export async function publish(results: Results, isPublished: boolean): Promise<string> {
  if (isPublished) return publishInDocs(results);
  const folder = join(LOCAL, 'bench');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'benchmarks.md');
  await write(file, report(results, await drawPlots(results, folder, '.')));
  await write(join(folder, 'results.json'), JSON.stringify(results, null, 2));
  return file;
}
