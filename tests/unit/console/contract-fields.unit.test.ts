/** The form of the console against the contract: the fields are the schemas', and what is filled in becomes a command. */
import { expect, describe, test } from '@jest/globals';
import { COMMAND_FIELDS, detailOf, queryFields, writtenOf } from '../../../console/page/orders/contract-fields';
import { readSamples } from '../../../console/local/samples';
import { QUERIES } from '../../../cli/fields';
import { COMMANDS, commandSchema, readCommand } from '../../../functions/shared/commands';

const FILLED: Readonly<Record<string, string>> = {
  orderId: '6103',
  customerId: 'c-1',
  itemid: 'z3333',
  items: 'z3333=2\n\n z4444 = 1 ',
  name: 'Blue mug',
  email: 'ana@example.org',
  tags: 'kitchen\nblue',
  expectedVersion: '3',
  commandId: 'k-1',
};

describe('each command', () => {
  test.each(COMMANDS)('%s has the fields of its schema', (name) => {
    const entries = commandSchema.options.find((option) => option.entries.command.literal === name)?.entries ?? {};
    const fields = COMMAND_FIELDS[name] ?? [];
    expect(['command', ...fields.map((field) => field.name)].sort()).toEqual(Object.keys(entries).sort());
    expect(fields.filter(({ optional }) => optional).map((field) => field.name)).toContain('commandId');
  });

  test.each(COMMANDS)('%s, filled in, is one that the contract takes', (name) => {
    expect(readCommand(detailOf('command', name, COMMAND_FIELDS[name] ?? [], FILLED))).toMatchObject({ command: name });
  });

  test.each(COMMANDS)('%s, left empty, is refused for each field that it needs', (name) => {
    const fields = COMMAND_FIELDS[name] ?? [];
    const faults = readCommand(detailOf('command', name, fields, {}));
    const needed = fields.filter(({ optional, kind }) => !optional && kind !== 'tags').map((field) => field.name);
    expect((faults as readonly { path: string }[]).map(({ path }) => path).sort()).toEqual(needed.sort());
  });
});

test('items and numbers are read, and what is no number is left for the pipeline to refuse', () => {
  const fields = COMMAND_FIELDS['updateOrder'] ?? [];
  expect(detailOf('command', 'updateOrder', fields, { orderId: '1', items: 'a=b=3\nc\nd=many', expectedVersion: 'x' })).toEqual({
    command: 'updateOrder',
    orderId: '1',
    items: [{ itemid: 'a=b', quantity: 3 }, { itemid: 'c' }, { itemid: 'd', quantity: 'many' }],
    expectedVersion: 'x',
  }); // prettier-ignore
});

test('queries have their own fields, and a limit', () => {
  expect(detailOf('query', 'orderById', queryFields(QUERIES['orderById'] ?? []), { orderId: '1', limit: '' })).toEqual({
    query: 'orderById',
    orderId: '1',
  });
});

test('a sample that the form shows is sent as it is', () => {
  const samples = readSamples();
  expect(samples).toHaveLength(6);
  for (const { entry } of samples) {
    const sort = entry.detailType === 'orderCommand' ? 'command' : 'query';
    const name = String(entry.detail[sort]);
    const fields = sort === 'command' ? (COMMAND_FIELDS[name] ?? []) : queryFields(QUERIES[name] ?? []);
    const again = detailOf(sort, name, fields, writtenOf(fields, entry.detail));
    const judged = (detail: unknown) => (sort === 'command' ? readCommand(detail) : detail);
    expect(judged(again)).toEqual(judged(entry.detail));
  }
});
