/** Where each state of the graph stands. */
import { Graph as Dagre, layout } from '@dagrejs/dagre';
import type { Graph, Way } from '../../definition/graph';

/** Of a state that was passed, and of one that was not. */
const PASSED = { width: 236, height: 48 } as const;
const OTHER = { width: 168, height: 34 } as const;

/** Keeps the path that was taken straight. */
const TAKEN_WEIGHT = 30;

export interface Box {
  readonly position: { readonly x: number; readonly y: number };
  readonly width: number;
  readonly height: number;
}

export interface Placed {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly ways: readonly Way[];
}

/**
 * @param taken keys `from→to`.
 * @param passed states of the path.
 * @param whole whether every state is shown; else those of the path, and those that could have come next.
 */
export function place(graph: Graph, taken: ReadonlySet<string>, passed: ReadonlySet<string>, whole: boolean): Placed {
  const ways = whole
    ? graph.ways
    : graph.ways.filter(({ from, to }) => passed.has(from) && (passed.has(to) ? taken.has(`${from}→${to}`) : true));
  const names = new Set([...passed, ...ways.flatMap(({ from, to }) => [from, to])]);
  const sizeOf = (name: string) => (passed.has(name) ? PASSED : OTHER);
  const drawing = new Dagre();
  drawing.setGraph({ rankdir: 'TB', nodesep: 18, ranksep: 28, ranker: 'network-simplex' });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const { name } of graph.places) if (names.has(name)) drawing.setNode(name, { ...sizeOf(name) });
  for (const { from, to } of ways) drawing.setEdge(from, to, { weight: taken.has(`${from}→${to}`) ? TAKEN_WEIGHT : 1 });
  layout(drawing);
  const boxes = new Map(
    [...names].map((name) => {
      const { x = 0, y = 0 } = drawing.node(name) as { x?: number; y?: number };
      const { width, height } = sizeOf(name);
      return [name, { width, height, position: { x: x - width / 2, y: y - height / 2 } }];
    }),
  );
  return { boxes, ways };
}
