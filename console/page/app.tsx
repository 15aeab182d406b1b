/** The frame: the way to each view, and what is looked at. */
import { useQuery } from '@tanstack/react-query';
import type { PipelineAbout } from '../api';
import { get } from './common/ask';
import { linkTo, usePlace } from './common/place';
import { Problem } from './common/problem';
import { ExecutionView } from './executions/execution-view';
import { ExecutionsView } from './executions/executions-view';
import { HealthView } from './health/health-view';
import { OrdersView } from './orders/orders-view';
import { ReportsView } from './reports/reports-view';

const VIEWS = { executions: 'Executions', orders: 'Orders', reports: 'Reports', health: 'Health' } as const;

export function App() {
  const { view, rest } = usePlace();
  const { data, error } = useQuery({ queryKey: ['pipeline'], queryFn: () => get<PipelineAbout>('/api/pipeline') });
  return (
    <>
      <a className="skip" href="#main" onClick={toMain}>
        To the content
      </a>
      <header>
        <p className="brand">
          <span aria-hidden="true" className={error === null ? 'pulse' : 'pulse lost'} /> Order pipeline
        </p>
        <nav aria-label="Views">
          {Object.entries(VIEWS).map(([name, words]) => (
            <a key={name} href={linkTo(name)} aria-current={view === name ? 'page' : undefined}>
              {words}
            </a>
          ))}
        </nav>
        <p className="where">{data?.where ?? ''}</p>
      </header>
      <main id="main" tabIndex={-1}>
        <Problem error={error} />
        <Shown view={view} rest={rest} about={data} />
      </main>
    </>
  );
}

/** A link to `#main` would change the place. */
function toMain(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function Shown({
  view,
  rest,
  about,
}: {
  readonly view: string;
  readonly rest: string;
  readonly about: PipelineAbout | undefined;
}) {
  if (view === 'orders') return <OrdersView orderId={rest} about={about} />;
  if (view === 'reports') return <ReportsView itemid={rest} />;
  if (view === 'health') return <HealthView />;
  return rest === '' ? <ExecutionsView about={about} /> : <ExecutionView key={rest} name={rest} />;
}
