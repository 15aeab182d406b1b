/** template.yaml as data: CloudFormation's short tags become their long form, such as `{ Ref: 'Orders' }`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { yamlParse } from 'yaml-cfn';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties: Readonly<Record<string, Json>>;
}

export interface Parameter extends Readonly<Record<string, unknown>> {
  readonly Type: string;
  readonly Description?: string;
}

export interface Template {
  readonly Metadata: Json;
  readonly Parameters: Readonly<Record<string, Parameter>>;
  readonly Conditions: Readonly<Record<string, Json>>;
  readonly Rules: Readonly<Record<string, Json>>;
  readonly Globals: { readonly Function: Readonly<Record<string, Json>> };
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Description?: string; readonly Value: Json }>>;
}

export const root = path.resolve(__dirname, '../..');

export const readProjectFile = (name: string): string => readFileSync(path.join(root, name), 'utf8');

export const loadTemplate = (): Template => yamlParse(readProjectFile('template.yaml')) as Template;

/** Resources of one type, with their logical names. */
export const resourcesOf = (template: Template, type: string): [string, Resource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

/** Walks down `keys`; undefined where one is missing. */
export const at = (value: Json | undefined, ...keys: (string | number)[]): Json | undefined =>
  keys.reduce<Json | undefined>(
    (node, key) =>
      typeof node === 'object' && node !== null ? (node as Record<string | number, Json | undefined>)[key] : undefined,
    value,
  );

/** A property of a resource, by its path. */
export const propertyOf = (template: Template, name: string, ...keys: (string | number)[]): Json | undefined =>
  at(template.Resources[name]?.Properties, ...keys);

const isNoValue = (value: Json | undefined): boolean => at(value, 'Ref') === 'AWS::NoValue';

/** A value under conditions as all that it may become; what is left out is none of it. */
export function branches(value: Json | undefined): Json[] {
  const choice = at(value, 'Fn::If');
  if (choice === undefined) return value === undefined || isNoValue(value) ? [] : [value];
  return list(choice).slice(1).flatMap(branches);
}

/** Every policy statement of the template, with the resource it stands in. */
export const statementsOf = (template: Template): [string, Json][] =>
  Object.entries(template.Resources).flatMap(([name, { Properties }]) =>
    [Properties['PolicyDocument'], ...list(Properties['Policies']).map((policy) => at(policy, 'PolicyDocument'))]
      .flatMap((document) => list(at(document, 'Statement')))
      .flatMap(branches)
      .map((statement): [string, Json] => [name, statement]),
  );

/** The value as a list: IAM takes one or many. */
export const list = (value: Json | undefined): readonly Json[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly Json[]) : [value];

/** The value as text; anything but a string is empty. */
export const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
