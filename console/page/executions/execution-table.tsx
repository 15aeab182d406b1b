/** Executions as a table. */
import type { ExecutionRow } from '../../api';
import { Badge } from '../common/badge';
import { linkTo } from '../common/place';
import { between, clock } from '../common/words';
import { ScrollTable } from '../common/scroll-table';

export function ExecutionTable({ executions }: { readonly executions: readonly ExecutionRow[] }) {
  return (
    <ScrollTable label="Table of executions">
      <table>
        <thead>
          <tr>
            <th scope="col">Started</th>
            <th scope="col">Kind</th>
            <th scope="col">About</th>
            <th scope="col">Outcome</th>
            <th scope="col" className="more">
              Answer
            </th>
            <th scope="col" className="more number">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {executions.map(({ name, startedAt, endedAt, kind, subject, outcome, answer }) => (
            <tr key={name}>
              <td className="mono">
                <a href={linkTo('executions', name)} aria-label={`${kind} ${subject} at ${clock(startedAt)}`}>
                  {clock(startedAt)}
                </a>
              </td>
              <td>{kind}</td>
              <td className="mono">{subject === '' ? '–' : subject}</td>
              <td>
                <Badge outcome={outcome} />
              </td>
              <td className="more muted">{answer}</td>
              <td className="more number">{endedAt === undefined ? '…' : between(startedAt, endedAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}
