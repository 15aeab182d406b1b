/** The pages for those who run the pipeline, against the template: an alarm's page is there, complete, and names what exists. */
import { describe, expect, test } from '@jest/globals';
import { codeIn, docs, headingsOf, linksOf, readDoc, tableOf } from '../support/docs';
import { at, list, loadTemplate, resourcesOf, text, type Resource } from './load-template';

const template = loadTemplate();
const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm');
/** The page that an alarm's message names. */
const pageOf = ({ Properties }: Resource): string =>
  /docs\/(operations\/[a-z-]+\.md)$/.exec(text(Properties['AlarmDescription']))?.[1] ?? '';
const pages = [...new Set(alarms.map(([, alarm]) => pageOf(alarm)))];

const HEADINGS = ['What it means', 'How to look', 'How to mend', 'How to be sure', 'If nobody does anything'];

describe('the table of alarms', () => {
  const rows = tableOf(readDoc('docs/operations.md'), 'alarm', 'what it means', 'how urgent');

  test('has a row for each alarm, with a link to its page', () => {
    const expected = alarms.map(([name, alarm]) => `[\`${name}\`](${pageOf(alarm)})`);
    expect(rows.map(([link]) => link).toSorted()).toEqual(expected.toSorted());
  });
});

describe.each(pages)('%s', (file) => {
  const page = readDoc(`docs/${file}`);

  test('is titled by the alarms that name it', () => {
    const names = alarms.filter(([, alarm]) => pageOf(alarm) === file).map(([name]) => name);
    expect(headingsOf(page, 1)).toEqual([names.join(', ')]);
  });

  test('has the same headings as every other, something under each, and fits on a screen or two', () => {
    expect(headingsOf(page, 2)).toEqual(HEADINGS);
    for (const section of page.split(/^## .+$/m).slice(1)) expect(section.trim().length).toBeGreaterThan(40);
    expect(page.split('\n').length).toBeLessThan(75);
  });

  test('says what to type or where to look', () => {
    expect(page).toMatch(/npx order-pipeline|^aws |Insights/m);
  });
});

describe('commands', () => {
  const uses = docs.flatMap((file) =>
    [...readDoc(file).matchAll(/\$\((output|resource) (\w+)/g)].map(([, kind, name]) => ({ file, kind, name })),
  );

  test.each(uses)('$file: $kind $name exists', ({ kind, name }) => {
    const names = Object.keys(kind === 'output' ? template.Outputs : template.Resources);
    expect(names).toContain(name);
  });

  test('are used on many pages', () => {
    expect(new Set(uses.map(({ file }) => file)).size).toBeGreaterThan(10);
  });

  test('name only parameters that there are, in what is set by name', () => {
    const set = docs.flatMap((file) => [...readDoc(file).matchAll(/`([A-Z][a-z]\w+)=[^`]*`/g)].map(([, name]) => name));
    expect(set.length).toBeGreaterThan(4);
    for (const name of set) expect(Object.keys(template.Parameters)).toContain(name);
  });
});

test('every page under operations can be reached from operations.md', () => {
  const linked = new Set(linksOf(readDoc('docs/operations.md')).map(({ file }) => `docs/${file}`));
  for (const page of docs.filter((file) => file.startsWith('docs/operations/'))) expect([...linked]).toContain(page);
});

test('the README has every parameter in its table, in the groups and the order in which it is asked for', () => {
  const table = tableOf(readDoc('README.md'), 'parameter', 'at first', 'what it decides').map(([cell = '']) => cell);
  const groups = list(at(template.Metadata, 'AWS::CloudFormation::Interface', 'ParameterGroups'));
  const expected = groups.flatMap((group) => [
    `**${text(at(group, 'Label', 'default'))}**`,
    ...list(at(group, 'Parameters')).map(text),
  ]);
  const named = table.flatMap((cell) => (cell.startsWith('**') ? [cell] : codeIn(cell)));
  expect(named).toEqual(expected);
});
