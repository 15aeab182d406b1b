/** The template without one of the things that keep what fails, hide what is stored, or tell somebody. Found by structure: a new one needs no entry. */
import { isMap, isPair, isScalar, isSeq, parseDocument, visit, type Document, type Node } from 'yaml';

/** A template with something missing. */
export interface TemplateMutant {
  readonly name: string;
  readonly template: string;
}

/** Properties that the template must not lose, wherever they stand. */
const GUARDS = new Set([
  'DeadLetterConfig',
  'DestinationConfig',
  'EventInvokeConfig',
  'RetryPolicy',
  'SqsManagedSseEnabled',
  'KmsMasterKeyId',
  'MessageRetentionPeriod',
  'SSESpecification',
  'PointInTimeRecoverySpecification',
  'BucketEncryption',
  'PublicAccessBlockConfiguration',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'StorageEncrypted',
  'BackupRetentionPeriod',
  'DeletionProtection',
  'RedrivePolicy',
  'AlarmActions',
]);

/** Resources that the template must not lose. */
const RESOURCES = new Set(['AWS::CloudWatch::Alarm', 'AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy']);

type Path = readonly (string | number)[];

const keyOf = (key: unknown): string => (isScalar(key) ? String(key.value) : '');

/** Places of guards at or below `node`. */
function guards(node: unknown, path: Path): Path[] {
  if (isSeq(node)) return node.items.flatMap((item, index) => guards(item, [...path, index]));
  if (!isMap(node)) return [];
  return node.items.filter(isPair).flatMap((pair) => {
    const here = [...path, keyOf(pair.key)];
    return GUARDS.has(keyOf(pair.key)) ? [here] : guards(pair.value, here);
  });
}

/** Names of whole resources to be lost. */
const resources = (node: unknown): Path[] =>
  isMap<Node>(node)
    ? node.items
        .filter(({ value }) => isMap(value) && RESOURCES.has(String(value.get('Type'))))
        .map(({ key }) => ['Resources', keyOf(key)])
    : [];

/** The template with what its aliases stand for in their place: an anchor may be removed then. */
function parse(template: string): Document {
  const document = parseDocument(template, { logLevel: 'silent' });
  visit(document, { Alias: (_, alias) => copyOf(alias.resolve(document)) });
  return document;
}

function copyOf(node: Node | undefined): Node | undefined {
  const copy = node?.clone() as (Node & { anchor?: string }) | undefined;
  if (copy !== undefined) delete copy.anchor;
  return copy;
}

/** Every alarm tells somebody by the same line, and one test holds all of them: one of its mutants is enough. */
const isOneOfMany = (path: Path, index: number, all: readonly Path[]): boolean =>
  path.at(-1) === 'AlarmActions' && all.findIndex((other) => other.at(-1) === 'AlarmActions') !== index;

/** @param template the text of template.yaml. */
export function templateMutants(template: string): TemplateMutant[] {
  const whole = parse(template);
  const all = whole.get('Resources');
  const paths = [...guards(whole.get('Globals'), ['Globals']), ...guards(all, ['Resources']), ...resources(all)];
  const few = paths.filter((path, index) => !isOneOfMany(path, index, paths));
  return few.map((path) => {
    const document = parse(template);
    if (!document.deleteIn(path)) throw new Error(`Nothing to remove at ${path.join('.')}`);
    return {
      name: `template without ${path.join('.').replace(/^Resources\./, '')}`,
      template: document.toString({ lineWidth: 0 }),
    };
  });
}
