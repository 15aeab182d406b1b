/** One execution: the causal line, the graph with the path taken, and each state. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ExecutionDetail } from '../../api';
import type { Machine } from '../../../tests/support/asl-definition';
import { get } from '../common/ask';
import { Badge } from '../common/badge';
import { linkTo } from '../common/place';
import { Problem } from '../common/problem';
import { View } from '../common/view';
import { between, dateAndTime } from '../common/words';
import { CausalLine } from './causal-line';
import { StateGraph } from './state-graph';
import { Visits } from './visits';

/** An execution that has ended changes no more, but the rows that it leads to may still come. */
const SETTLED_MS = 60_000;

export function ExecutionView({ name }: { readonly name: string }) {
  const [chosen, setChosen] = useState<string>();
  const machine = useQuery({
    queryKey: ['definition'],
    queryFn: () => get<Machine>('/api/definition'),
    refetchInterval: false,
  });
  const { data, error } = useQuery({
    queryKey: ['execution', name],
    queryFn: () => get<ExecutionDetail>(`/api/executions/${encodeURIComponent(name)}`),
    refetchInterval: ({ state }) => (isSettled(state.data) ? false : 1_000),
  });
  const { execution } = data ?? {};
  const title = execution === undefined ? 'Execution' : `${execution.kind} ${execution.subject}`.trim();
  return (
    <View title={title} lead={<a href={linkTo('executions')}>← all executions</a>}>
      <Problem error={error ?? machine.error} />
      {data !== undefined && execution !== undefined && (
        <>
          <dl className="facts">
            <div>
              <dt>Outcome</dt>
              <dd>
                <Badge outcome={execution.outcome} />
              </dd>
            </div>
            <div>
              <dt>Answer</dt>
              <dd>{execution.answer === '' ? '–' : execution.answer}</dd>
            </div>
            <div>
              <dt>Started</dt>
              <dd>{dateAndTime(execution.startedAt)}</dd>
            </div>
            <div>
              <dt>Took</dt>
              <dd>
                {execution.endedAt === undefined ? 'still runs' : between(execution.startedAt, execution.endedAt)}
              </dd>
            </div>
            <div>
              <dt>Event</dt>
              <dd className="mono">{execution.eventId}</dd>
            </div>
          </dl>
          {data.error !== undefined && <p className="problem">{data.error}</p>}
          <CausalLine steps={data.causal} />
          {data.gap !== undefined && <p className="note">{data.gap}</p>}
          <div className="split">
            {machine.data !== undefined && (
              <StateGraph machine={machine.data} path={data.path} chosen={chosen} onChoose={setChosen} />
            )}
            <Visits path={data.path} chosen={chosen} onChoose={setChosen} />
          </div>
        </>
      )}
    </View>
  );
}

function isSettled(detail: ExecutionDetail | undefined): boolean {
  if (detail === undefined || detail.execution.outcome === 'running') return false;
  const waits = detail.causal.some(({ state }) => state === 'waiting');
  return !waits || Date.now() - Date.parse(detail.execution.startedAt) > SETTLED_MS;
}
