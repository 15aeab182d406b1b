/** The workflow as a graph drawn from its definition, with the path taken coloured. */
import { Controls, Handle, MarkerType, Position, ReactFlow, type Edge, type Node, type NodeProps } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { useMemo, useState } from 'react';
import type { Visit } from '../../api';
import { graphOf, takenWays, type Place } from '../../definition/graph';
import type { Machine } from '../../../tests/support/asl-definition';
import { place } from './layout';

interface Props {
  readonly machine: Machine;
  readonly path: readonly Visit[];
  readonly chosen: string | undefined;
  readonly onChoose: (state: string) => void;
}

type StateNode = Node<{ place: Place; look: string; onChoose: (state: string) => void }, 'state'>;

/** There, what was not passed has no room. */
const isNarrow = (): boolean => window.innerWidth < 760;

const nodeTypes = { state: StateBox };

export function StateGraph({ machine, path, chosen, onChoose }: Props) {
  const [whole, setWhole] = useState(false);
  const graph = useMemo(() => graphOf(machine), [machine]);
  const names = path.map(({ state }) => state).join('\n');
  const { nodes, edges } = useMemo(
    () => drawn(graph, path, whole, chosen, onChoose), // what did not change is the same object, says react-query
    [graph, path, whole, chosen, onChoose],
  );
  const passed = path.map(({ state }) => ({ id: state }));
  return (
    <section aria-labelledby="graph" className="graph">
      <div className="section-head">
        <h2 id="graph">Path through the workflow</h2>
        <button
          type="button"
          aria-pressed={whole}
          onClick={() => {
            setWhole(!whole);
          }}
        >
          Whole workflow
        </button>
      </div>
      <div className="flow">
        <ReactFlow
          key={`${whole} ${names}`}
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          fitView
          fitViewOptions={{ padding: 0.03, maxZoom: 1.1, ...(isNarrow() && !whole && { nodes: passed }) }}
          minZoom={0.2}
          nodesDraggable={false}
          nodesConnectable={false}
          edgesFocusable={false}
          preventScrolling={false}
          zoomOnScroll={false}
          nodesFocusable={false}
          aria-label="States of the workflow; those that were passed are coloured"
        >
          <Controls showInteractive={false} />
        </ReactFlow>
      </div>
      <p className="legend">
        <span className="key taken">passed</span> <span className="key replayed">passed, computed again</span>{' '}
        <span className="key bad">failed</span> <span className="key untaken">not passed</span>
      </p>
    </section>
  );
}

function drawn(
  graph: ReturnType<typeof graphOf>,
  path: readonly Visit[],
  whole: boolean,
  chosen: string | undefined,
  onChoose: (state: string) => void,
) {
  const taken = takenWays(
    graph,
    path.map(({ state }) => state),
  );
  const passed = new Set(path.map(({ state }) => state));
  const { boxes, ways } = place(graph, taken, passed, whole);
  const nodes = graph.places.flatMap((about): StateNode[] => {
    const box = boxes.get(about.name);
    if (box === undefined) return [];
    const look = lookOf(
      path.filter(({ state }) => state === about.name),
      about,
    );
    return [
      {
        id: about.name,
        type: 'state',
        ...box,
        data: { place: about, look, onChoose },
        selected: about.name === chosen,
      },
    ];
  });
  const edges = ways.map(({ from, to, kind }): Edge => {
    const look = taken.has(`${from}→${to}`) ? 'taken' : 'untaken';
    return {
      id: `${from}→${to}`,
      source: from,
      target: to,
      className: `${look} ${kind}`,
      zIndex: look === 'taken' ? 1 : 0,
      markerEnd: {
        type: MarkerType.ArrowClosed,
        color: look === 'taken' ? 'var(--good)' : 'var(--edge)',
        markerUnits: 'userSpaceOnUse',
        width: 16,
        height: 16,
      },
    };
  });
  return { nodes, edges };
}

function lookOf(visits: readonly Visit[], { type }: Place): string {
  const last = visits.at(-1);
  if (last === undefined) return 'untaken';
  if (type === 'Fail' || (last.errors !== undefined && last.output === undefined)) return 'bad';
  return last.basis === 'recorded' ? 'taken' : 'replayed';
}

const LOOKS: Readonly<Record<string, string>> = { untaken: 'not passed', bad: 'failed' };

function StateBox({ data: { place: about, look, onChoose }, selected }: NodeProps<StateNode>) {
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <button
        type="button"
        className={`state nodrag nopan ${look}${selected ? ' selected' : ''}`}
        title={about.comment}
        onClick={() => {
          onChoose(about.name);
        }}
      >
        <span className="state-name">
          {about.name}
          <span className="unseen">, </span>
        </span>
        {look !== 'untaken' && (
          <span className="state-type">
            {about.does === '' ? about.type : `${about.type} · ${about.does}`}
            <span className="unseen">, </span>
          </span>
        )}
        <span className="unseen">{LOOKS[look] ?? 'passed'}</span>
      </button>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </>
  );
}
