/** The project's documents, as tests read them: their text, their tables, what they name. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

export const readDoc = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** Every document that people read, by its path from the project's root. */
export const docs: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.posix.join('docs', file.replaceAll('\\', '/')))
    .toSorted(),
];

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/**
 * The rows of the table whose first heading is `first`, each as its cells, the headings left out.
 *
 * @throws Error where the document has no such table, or several.
 */
export function tableOf(text: string, ...headings: readonly string[]): string[][] {
  const lines = text.split('\n');
  const starts = lines.flatMap((line, index) => (cellsOf(line).join('|') === headings.join('|') ? [index] : []));
  const [start] = starts;
  if (start === undefined || starts.length > 1)
    throw new Error(`There must be one table of ${headings.join(', ')}, and there are ${starts.length}`);
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end < 0 ? undefined : end).map(cellsOf);
}

/** What stands between backticks. */
export const codeIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => String(code));

/** The headings of one level, in order. */
export const headingsOf = (text: string, level: number): string[] =>
  [...text.matchAll(/^(#+) (.+)$/gm)]
    .filter(([, marks]) => marks?.length === level)
    .map(([, , words]) => String(words));

/** The name under which a heading is linked to, as GitHub makes it. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** Links of a document to files of the project, from where it stands, with their anchors. */
export const linksOf = (text: string): { file: string; anchor: string }[] =>
  [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => String(link))
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [file = '', anchor = ''] = link.split('#');
      return { file, anchor };
    });
