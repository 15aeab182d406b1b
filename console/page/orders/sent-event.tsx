/** What becomes of an event that was sent. */
import { useQuery } from '@tanstack/react-query';
import type { ExecutionDetail, ExecutionPage } from '../../api';
import { get } from '../common/ask';
import { Badge } from '../common/badge';
import { linkTo } from '../common/place';
import { Json } from '../common/json';

export function SentEvent({ eventId }: { readonly eventId: string }) {
  const filter = { id: eventId, limit: '1' };
  const { data } = useQuery({
    queryKey: ['executions', filter],
    queryFn: () => get<ExecutionPage>('/api/executions', filter),
    refetchInterval: ({ state }) => (state.data?.executions[0]?.outcome === undefined ? 300 : 1_000),
  });
  const execution = data?.executions[0];
  const ended = execution !== undefined && execution.outcome !== 'running';
  const detail = useQuery({
    queryKey: ['execution', execution?.name],
    queryFn: () => get<ExecutionDetail>(`/api/executions/${encodeURIComponent(execution?.name ?? '')}`),
    enabled: ended,
    refetchInterval: false,
  });
  return (
    <div role="status" className="sent">
      {execution === undefined ? (
        <p>
          Sent as event <span className="mono">{eventId}</span>. Waiting for its execution …
        </p>
      ) : (
        <>
          <p>
            <Badge outcome={execution.outcome} /> <strong>{execution.answer}</strong>{' '}
            <a href={linkTo('executions', execution.name)}>See its execution</a>
          </p>
          <ul>
            {messagesOf(detail.data?.output).map((message) => (
              <li key={message}>{message}</li>
            ))}
          </ul>
          {detail.data?.output !== undefined && <Json label="Reply" text={detail.data.output} />}
        </>
      )}
    </div>
  );
}

/** Of the faults that a refusal names. */
function messagesOf(output: string | undefined): string[] {
  const { errors } = JSON.parse(output ?? '{}') as { errors?: readonly { readonly message: string }[] };
  return (errors ?? []).map(({ message }) => message);
}
