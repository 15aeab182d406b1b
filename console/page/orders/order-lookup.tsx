/** An order on both sides. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ExecutionPage, OrderSides } from '../../api';
import { ExecutionTable } from '../executions/execution-table';
import { get } from '../common/ask';
import { Json } from '../common/json';
import { linkTo } from '../common/place';
import { Problem } from '../common/problem';
import { ScrollTable } from '../common/scroll-table';

export function OrderLookup({ orderId }: { readonly orderId: string }) {
  const [typed, setTyped] = useState(orderId);
  return (
    <section aria-labelledby="lookup" className="card">
      <h2 id="lookup">Look up an order</h2>
      <form
        className="bar"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          window.location.hash = linkTo('orders', typed.trim());
        }}
      >
        <label className="wide">
          Order id
          <input
            value={typed}
            onChange={({ target }) => {
              setTyped(target.value);
            }}
            placeholder="6101"
            required
            spellCheck={false}
          />
        </label>
        <button type="submit" className="primary">
          Look up
        </button>
      </form>
      {orderId === '' ? (
        <p className="empty">An order’s id shows its versions in the orders table and in the read model.</p>
      ) : (
        <Found orderId={orderId} />
      )}
    </section>
  );
}

function Found({ orderId }: { readonly orderId: string }) {
  const { data, error } = useQuery({
    queryKey: ['order', orderId],
    queryFn: () => get<OrderSides>(`/api/orders/${encodeURIComponent(orderId)}`),
  });
  const about = { id: `order#${orderId}`, limit: '20' };
  const executions = useQuery({
    queryKey: ['executions', about],
    queryFn: () => get<ExecutionPage>('/api/executions', about),
  });
  const mine = executions.data?.executions.filter(({ subject }) => subject === about.id) ?? [];
  return (
    <>
      <Problem error={error} />
      {data !== undefined && <Sides sides={data} />}
      {mine.length > 0 && (
        <>
          <h3>Executions about it</h3>
          <ExecutionTable executions={mine} />
        </>
      )}
    </>
  );
}

function Sides({ sides: { table, readModel } }: { readonly sides: OrderSides }) {
  const [row] = readModel.queryResult as readonly Side[];
  const [written, read] = [versionOf(table), versionOf(row)];
  return (
    <>
      <p role="status" className={`verdict ${written === read ? 'done' : 'running'}`}>
        {verdict(written, read)}
      </p>
      {(table !== undefined || row !== undefined) && <Compared table={table} row={row} />}
      {table !== undefined && (
        <details>
          <summary>The item of the orders table, whole</summary>
          <Json label="Item of the orders table" text={JSON.stringify(table)} />
        </details>
      )}
    </>
  );
}

const versionOf = (side: Side): string | undefined =>
  side === undefined ? undefined : JSON.stringify(side['version'] ?? null);

function verdict(written: string | undefined, read: string | undefined): string {
  if (written === undefined && read === undefined) return 'There is no such order on either side.';
  if (written === read) return `Both sides have version ${written}.`;
  if (written === undefined)
    return `The read model has version ${read}, the table has no such order: it was deleted there, and that is not projected yet.`;
  return read === undefined
    ? `The table has version ${written}, the read model none yet.`
    : `The table has version ${written}, the read model version ${read}: it is behind.`;
}

type Side = Readonly<Record<string, unknown>> | undefined;

/** What both sides have, and what the write side alone has. */
const FIELDS = {
  version: 'Version',
  status: 'Status',
  customerid: 'Customer',
  orderdate: 'Ordered at',
  items: 'Items',
  createdBy: 'Created by key',
  eventId: 'Last changed by event',
} as const;

function Compared({ table, row }: { readonly table: Side; readonly row: Side }) {
  return (
    <ScrollTable label="Table of both sides">
      <table className="compared">
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Write side: orders table</th>
            <th scope="col">Read side: orderById</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(FIELDS).map(([field, words]) => (
            <tr key={field}>
              <th scope="row">{words}</th>
              <td>{shown(table, field)}</td>
              <td>{shown(row, field)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}

function shown(side: Side, field: string): string {
  const value = side?.[field];
  if (value === undefined || value === null) return '–';
  if (Array.isArray(value)) return value.map(itemWords).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function itemWords(item: unknown): string {
  const { itemid, quantity } = item as { itemid?: unknown; quantity?: unknown };
  return `${String(itemid)} × ${String(quantity)}`;
}
