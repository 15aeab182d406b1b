/** What AWS refuses in one JSONata expression, told by its syntax tree. */
import { parseExpression } from './asl-jsonata';

interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly expressions?: readonly Node[];
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Every object of the tree that has a type, `root` included. */
function nodesOf(root: unknown): Node[] {
  if (!isNode(root)) return [];
  const inner = Object.values(root).flatMap(nodesOf);
  return typeof root.type === 'string' ? [root, ...inner] : inner;
}

/** Names bound in the expression itself: `$name := …` and the parameters of a function. */
function boundNames(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node) => {
    if (node.type === 'bind') return [nameOf((node as { lhs?: unknown }).lhs)];
    if (node.type === 'lambda') return ((node as { arguments?: unknown[] }).arguments ?? []).map(nameOf);
    return [];
  });
}

const nameOf = (node: unknown): string => (isNode(node) && typeof node.value === 'string' ? node.value : '');

/** The functions there are: https://docs.jsonata.org and https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html; without `eval`. */
const FUNCTIONS = new Set(
  `abs append assert average base64decode base64encode boolean ceil contains count decodeUrl decodeUrlComponent distinct
   each encodeUrl encodeUrlComponent error exists filter floor formatBase formatInteger formatNumber fromMillis join keys
   length lookup lowercase map match max merge millis min not now number pad parseInteger power reduce replace reverse
   round shuffle sift single sort split spread sqrt string substring substringAfter substringBefore sum toMillis trim
   type uppercase zip hash parse partition random range uuid`.split(/\s+/),
);

/**
 * Lints one expression.
 *
 * @param variables the names that some state assigns.
 */
export function lintExpression(text: string, variables: ReadonlySet<string>): string[] {
  let tree: unknown;
  try {
    tree = parseExpression(text).ast();
  } catch (error) {
    return [`does not parse: ${isNode(error) && 'message' in error ? String(error.message) : String(error)}`];
  }
  const nodes = nodesOf(tree);
  const known = new Set([...variables, ...boundNames(nodes), 'states', '', '$']);
  const names = nodes.filter(({ type }) => type === 'variable').map(nameOf);
  return [
    ...names.filter((name) => name === 'eval').map(() => 'Step Functions has no $eval'),
    ...names
      .filter((name) => name !== 'eval' && !known.has(name) && !FUNCTIONS.has(name))
      .map((name) => `$${name} is never assigned`),
    ...nodes.flatMap(unusedValues).map(() => 'the value of an expression before ; is not used'),
    ...(/^\s*[A-Za-z`]/.test(text) && !/^(true|false|null|function)\b/.test(text)
      ? ['a path without $ reads nothing: there is no document']
      : []),
  ];
}

/** Expressions of a block but the last that are no assignment. */
const unusedValues = ({ type, expressions = [] }: Node): Node[] =>
  type === 'block' ? expressions.slice(0, -1).filter((expression) => expression.type !== 'bind') : [];
