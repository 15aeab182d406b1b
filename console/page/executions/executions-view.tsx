/** Executions as they happen. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ExecutionPage, PipelineAbout } from '../../api';
import { COMMANDS } from '../../../functions/shared/commands';
import { get } from '../common/ask';
import { Problem } from '../common/problem';
import { View } from '../common/view';
import { count } from '../common/words';
import { ExecutionTable } from './execution-table';

const STEP = 50;
const MOST = 500;

export function ExecutionsView({ about }: { readonly about: PipelineAbout | undefined }) {
  const [kind, setKind] = useState('');
  const [outcome, setOutcome] = useState('');
  const [id, setId] = useState('');
  const [limit, setLimit] = useState(STEP);
  const filter = { kind, outcome, id: id.trim(), limit: String(limit) };
  const { data, error } = useQuery({
    queryKey: ['executions', filter],
    queryFn: () => get<ExecutionPage>('/api/executions', filter),
  });
  const filtered = kind !== '' || outcome !== '' || id !== '';
  return (
    <View
      title="Executions"
      lead="One for each event that the bus delivers to the workflow, newest first, as they happen."
    >
      <form
        className="bar"
        role="search"
        aria-label="Filter executions"
        onSubmit={(event) => {
          event.preventDefault();
        }}
      >
        <label>
          Kind
          <select
            value={kind}
            onChange={({ target }) => {
              setKind(target.value);
            }}
          >
            <option value="">all</option>
            <optgroup label="Commands">
              {COMMANDS.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </optgroup>
            <optgroup label="Queries">
              {Object.keys(about?.queries ?? {}).map((name) => (
                <option key={name}>{name}</option>
              ))}
            </optgroup>
          </select>
        </label>
        <label>
          Outcome
          <select
            value={outcome}
            onChange={({ target }) => {
              setOutcome(target.value);
            }}
          >
            <option value="">all</option>
            {['done', 'refused', 'failed', 'running'].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label className="wide">
          Id
          <input
            value={id}
            onChange={({ target }) => {
              setId(target.value);
            }}
            placeholder="of an order, event or execution; a part is enough"
            spellCheck={false}
          />
        </label>
        <p className="muted bar-end">{data !== undefined && summary(data, filtered)}</p>
      </form>
      <Problem error={error} />
      {data?.executions.length === 0 && (
        <p className="empty">
          {filtered ? 'No execution is like that.' : 'Nothing has happened yet.'} <a href="#/orders">Send a command</a>,
          and it appears here.
        </p>
      )}
      {data !== undefined && data.executions.length > 0 && <ExecutionTable executions={data.executions} />}
      {data !== undefined && data.matching > data.executions.length && limit < MOST && (
        <button
          type="button"
          onClick={() => {
            setLimit(limit + STEP);
          }}
        >
          Show older ones
        </button>
      )}
    </View>
  );
}

function summary({ matching, remembered, forgotten }: ExecutionPage, filtered: boolean): string {
  const all = forgotten ? `the last ${count(remembered, 'execution')}` : count(remembered, 'execution');
  return filtered ? `${matching.toLocaleString('en-GB')} of ${all}` : all;
}
