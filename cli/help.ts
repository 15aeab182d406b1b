/** What a command's help tells below its flags: more about it, its exit codes, examples. */
import type { Command } from 'commander';
import { wrapText } from '../local/table';
import { EXIT } from './exit';

/** Columns of every terminal. */
const WIDTH = 80;

const WORDS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'done',
  failed: 'failed, or something was left undone',
  usage: 'wrong arguments or file, nothing was done',
  notFound: 'there is no such stack',
  refused: 'answered by a refusal',
  noReply: 'no reply in time',
  differs: 'the two sides differ',
  interrupted: 'interrupted',
};

/** What every command may end with. */
const ALWAYS: readonly (keyof typeof EXIT)[] = ['done', 'failed', 'usage', 'notFound'];

interface Help {
  /** Paragraphs; lines that are set in stay as they are. */
  readonly about?: string;
  /** Exit codes beside those of every command, `true` in the usual words, and those that mean more here. */
  readonly exits?: Partial<Readonly<Record<keyof typeof EXIT, string | true>>>;
  /** What follows `npx order-pipeline`. */
  readonly examples: readonly [string, ...string[]];
}

/** Adds it to this command alone: those below have their own. */
export const addHelp = (command: Command, help: Help): Command => command.addHelpText('after', textOf(help));

function textOf({ about, exits = {}, examples }: Help): string {
  const names = (Object.keys(EXIT) as (keyof typeof EXIT)[]).filter((name) => ALWAYS.includes(name) || name in exits);
  const wordsOf = (name: keyof typeof EXIT): string => {
    const own = exits[name] ?? true;
    return `${EXIT[name]} ${own === true ? WORDS[name] : own}`;
  };
  const codes = names.map(wordsOf).join(' · ');
  const list = examples.map((example) => `  $ npx order-pipeline ${example}`);
  return [
    '',
    ...(about === undefined
      ? []
      : [
          ...about
            .trim()
            .split('\n\n')
            .flatMap((paragraph) => [...wrapped(paragraph), '']),
        ]),
    ...wrapText(`Exit codes: ${codes}`, WIDTH),
    '',
    'Examples:',
    ...list,
  ].join('\n');
}

function wrapped(paragraph: string): string[] {
  const lines = paragraph.split('\n');
  const first = lines.findIndex((line) => line.startsWith(' '));
  const text = first === -1 ? lines : lines.slice(0, first);
  return [...wrapText(text.join(' '), WIDTH), ...(first === -1 ? [] : lines.slice(first))];
}
