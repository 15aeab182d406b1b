/** What the documents say and a test can check: links, and commands of the tool. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Stream } from '../../cli/output';
import { runCli } from '../../cli/program';
import { Problem } from '../../local/problem';
import { anchorOf, docs, headingsOf, linksOf, readDoc } from '../support/docs';

const anchorsOf = (file: string): string[] =>
  [1, 2, 3, 4].flatMap((level) => headingsOf(readDoc(file), level)).map(anchorOf);

describe('links', () => {
  const links = docs.flatMap((from) =>
    linksOf(readDoc(from)).map(({ file, anchor }) => ({
      from,
      to: file === '' ? from : path.posix.join(path.posix.dirname(from), file),
      anchor,
    })),
  );

  test('lead to files that are there', () => {
    const missing = new Set(links.map(({ to }) => to).filter((to) => !existsSync(to)));
    expect([...missing]).toEqual([]);
  });

  test.each(links.filter(({ anchor, to }) => anchor !== '' && existsSync(to) && statSync(to).isFile()))(
    'of $from to $to#$anchor lead to a heading',
    ({ to, anchor }) => {
      expect(anchorsOf(to)).toContain(anchor);
    },
  );
});

describe('commands of the tool', () => {
  /** As a shell would take it apart: no more quoting than the documents use. */
  const words = (line: string): string[] =>
    [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replaceAll(/["']/g, ''));

  const commands = docs.flatMap((file) =>
    [...readDoc(file).matchAll(/npx order-pipeline ([^`\n]+)/g)]
      .map(([, line]) => ({ file, line: String(line).replace(/\s#.*/, '').trim() }))
      .filter(({ line }) => !line.includes('…')),
  );

  test('are many', () => {
    expect(commands.length).toBeGreaterThan(50);
  });

  test('on the pages for those who run a stack all say which: the tool would take another, even one on this machine', () => {
    const operations = commands.filter(({ file }) => file.startsWith('docs/operations'));
    expect(operations.length).toBeGreaterThan(30);
    expect(operations.filter(({ line }) => !line.includes('--stack-name "$STACK"'))).toEqual([]);
  });

  test.each(commands)('$file: $line', async ({ line }) => {
    let told = '';
    const stream: Stream = { write: (text) => (told += text) };
    const code = await runCli(words(line), {
      connect: () => Promise.reject(new Problem('as far as a test goes')),
      readFile: (file) => readFileSync(file, 'utf8'),
      stdout: stream,
      stderr: stream,
      colours: false,
      sleep: () => Promise.resolve(),
    });
    if (line.includes('--help')) expect(code).toBe(0);
    else expect(told).toBe('as far as a test goes\n');
  });
});
