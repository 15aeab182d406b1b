/** What a reviewer is shown of a change set. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from '@jest/globals';

const script = path.resolve(__dirname, '../../../.github/scripts/show-change-set.mjs');

/** As CloudFormation's DescribeChangeSet answers. */
const change = (Action: string, LogicalResourceId: string, more: object = {}): object => ({
  Type: 'Resource',
  ResourceChange: { Action, LogicalResourceId, ResourceType: 'AWS::DynamoDB::Table', Scope: [], Details: [], ...more },
});

const show = (...changes: object[]): string =>
  execFileSync(process.execPath, [script], {
    encoding: 'utf8',
    input: JSON.stringify({ StackName: 'order-pipeline', ChangeSetId: 'arn:of:it', Changes: changes }),
  });

/** The first cell and the name of each row. */
const rows = (shown: string): string[] =>
  shown
    .split('\n')
    .filter((line) => /^\| (?!what|---)/.test(line))
    .map((line) => line.split(' | ').slice(0, 2).join(' ').slice(2));

test('what removes or replaces comes first, marked, with what becomes of the old one', () => {
  const shown = show(
    change('Add', 'New'),
    change('Modify', 'Grown', { Replacement: 'False' }),
    change('Modify', 'Perhaps', { Replacement: 'Conditional', PolicyAction: 'ReplaceAndRetain' }),
    change('Modify', 'Another', { Replacement: 'True', PolicyAction: 'ReplaceAndDelete' }),
    change('Remove', 'Gone', { PolicyAction: 'Snapshot' }),
  );
  expect(rows(shown)).toEqual([
    '🛑 **Remove** (Snapshot) Gone',
    '🛑 **Replace** (ReplaceAndDelete) Another',
    '🛑 **Replace, perhaps** (ReplaceAndRetain) Perhaps',
    'Modify Grown',
    'Add New',
  ]);
  expect(shown).toContain('Removed or replaced: 3.');
});

test('a kind of change that is not known is marked, too', () => {
  expect(rows(show(change('Add', 'New'), change('Dynamic', 'Odd')))).toEqual(['🛑 **Dynamic** Odd', 'Add New']);
});

test('why a resource changes is said once for each property', () => {
  const target = { Target: { Attribute: 'Properties', Name: 'BillingMode' } };
  const shown = show(change('Modify', 'Grown', { Details: [target, target, { Target: { Attribute: 'Tags' } }] }));
  expect(shown).toContain('| Modify | Grown | AWS::DynamoDB::Table | BillingMode, Tags |');
  expect(shown).toContain('Nothing is removed or replaced.');
});
