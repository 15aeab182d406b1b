/** The fields of each command and query as a form shows them, by the schemas of the contract. */
import type * as v from 'valibot';
import { commandSchema } from '../../../functions/shared/commands';

/** How a field is asked for. */
export type FieldKind = 'text' | 'number' | 'items' | 'tags';

export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  readonly optional: boolean;
}

/** Fields of every command, in the order of the schema: first what it needs. */
export const COMMAND_FIELDS: Readonly<Record<string, readonly Field[]>> = Object.fromEntries(
  commandSchema.options.map(({ entries }) => [
    entries.command.literal,
    Object.entries(entries as Record<string, v.GenericSchema>)
      .filter(([name]) => name !== 'command')
      .map(([name, schema]) => fieldOf(name, schema))
      .sort((a, b) => rank(a) - rank(b)),
  ]),
);

/** The key of idempotency is every command's, and few people's. */
function rank({ name, optional }: Field): number {
  return Number(optional) + Number(name === 'commandId');
}

/** Paging is every query's. */
export const queryFields = (own: readonly string[]): readonly Field[] => [
  ...own.map((name): Field => ({ name, kind: 'text', optional: false })),
  { name: 'limit', kind: 'number', optional: true },
];

/** A schema as data: what of it is looked at. */
interface Shape {
  readonly type: string;
  readonly wrapped?: Shape;
  readonly pipe?: readonly Shape[];
  readonly item?: Shape;
}

function fieldOf(name: string, schema: v.GenericSchema): Field {
  const shape = schema as unknown as Shape;
  return { name, kind: kindOf(shape.wrapped ?? shape), optional: shape.type === 'optional' };
}

function kindOf({ type, pipe = [] }: Shape): FieldKind {
  if (type === 'number') return 'number';
  if (type !== 'array') return 'text';
  const element = pipe.findLast((part) => part.type === 'array')?.item;
  return element?.type === 'string' ? 'tags' : 'items';
}

/** What a person wrote, by field. */
export type Written = Readonly<Record<string, string>>;

/** The detail that it makes: fields left empty are left out; what is no number stays text, for the pipeline to refuse. */
export function detailOf(
  sort: 'command' | 'query',
  name: string,
  fields: readonly Field[],
  written: Written,
): Record<string, unknown> {
  const given = fields.filter((field) => !(field.optional && (written[field.name] ?? '') === ''));
  return {
    [sort]: name,
    ...Object.fromEntries(given.map((field) => [field.name, valueOf(field, written[field.name] ?? '')])),
  };
}

function valueOf({ kind }: Field, text: string): unknown {
  if (kind === 'text') return text;
  if (kind === 'number') return numberOf(text);
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (kind === 'tags') return lines;
  return lines.map((line) => {
    const cut = line.lastIndexOf('=');
    return cut === -1
      ? { itemid: line }
      : { itemid: line.slice(0, cut).trim(), quantity: numberOf(line.slice(cut + 1).trim()) };
  });
}

const numberOf = (text: string): unknown => (text !== '' && Number.isFinite(Number(text)) ? Number(text) : text);

/** The reverse: what a form shows of a sample's detail. */
export function writtenOf(fields: readonly Field[], detail: Readonly<Record<string, unknown>>): Written {
  return Object.fromEntries(fields.map((field) => [field.name, textOf(detail[field.name])]));
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(lineOf).join('\n');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function lineOf(element: unknown): string {
  if (typeof element !== 'object' || element === null) return textOf(element);
  const { itemid, quantity } = element as { itemid?: unknown; quantity?: unknown };
  return quantity === undefined ? textOf(itemid) : `${textOf(itemid)}=${textOf(quantity)}`;
}
