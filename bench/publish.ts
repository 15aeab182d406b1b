/** Writes results, tables and plots to where they belong: into the docs, or under .local. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { LOCAL, ROOT } from '../local/paths';
import { drawPlots } from './plots';
import { report } from './report';
import type { Results } from './results';

const DOCS = join(ROOT, 'docs', 'benchmarks.md');
const [BEGIN, END] = ['<!-- written by npm run bench: begin -->', '<!-- end -->'];

/** Puts `text` between the marks. @throws Error where the file has lost them. */
function between(document: string, text: string): string {
  const [start, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (start === -1 || end < start) throw new Error(`docs/benchmarks.md must have the lines ${BEGIN} and ${END}`);
  return `${document.slice(0, start + BEGIN.length)}\n\n${text}\n\n${document.slice(end)}`;
}

async function write(file: string, text: string): Promise<void> {
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}

/** @returns the file that shows it all. */
export async function publish(results: Results, isPublished: boolean): Promise<string> {
  const json = `${JSON.stringify(results, null, 2)}\n`;
  const folder = isPublished ? join(ROOT, 'docs', 'benchmarks') : join(LOCAL, 'bench');
  mkdirSync(folder, { recursive: true });
  const text = report(results, await drawPlots(results, folder, isPublished ? 'benchmarks' : '.'));
  await write(isPublished ? join(ROOT, 'bench', 'results.json') : join(folder, 'results.json'), json);
  const file = isPublished ? DOCS : join(folder, 'benchmarks.md');
  await write(file, isPublished ? between(readFileSync(file, 'utf8'), text) : text);
  return file;
}
