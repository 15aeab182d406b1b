/** A form that knows the contract: which fields a command or query has, and what the pipeline will refuse. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { EventToSend, PipelineAbout } from '../../api';
import { readCommand } from '../../../functions/shared/commands';
import { post } from '../common/ask';
import { Problem } from '../common/problem';
import { COMMAND_FIELDS, detailOf, queryFields, writtenOf, type Field, type Written } from './contract-fields';
import { SentEvent } from './sent-event';

interface Draft {
  readonly sort: 'command' | 'query';
  readonly name: string;
  readonly written: Written;
  readonly time: string;
}

const EMPTY: Draft = { sort: 'command', name: 'createOrder', written: {}, time: '' };

export function SendForm({ about }: { readonly about: PipelineAbout }) {
  const [draft, setDraft] = useState(EMPTY);
  const send = useMutation({ mutationFn: (event: EventToSend) => post<{ eventId: string }>('/api/events', event) });
  const { sort, name, written, time } = draft;
  const fields = fieldsFor(about, sort, name);
  const detail = detailOf(sort, name, fields, written);
  const isBegun = Object.values(written).some((text) => text !== '');
  const faults = sort === 'command' && isBegun ? faultsOf(detail) : [];
  const event: EventToSend = {
    detailType: sort === 'command' ? 'orderCommand' : 'orderQuery',
    detail,
    ...(time !== '' && { time }),
  };

  const fill = (index: string): void => {
    const sample = about.samples[Number(index)];
    if (index === '' || sample === undefined) return;
    const its = sample.entry.detailType === 'orderCommand' ? 'command' : 'query';
    const itsName = String(sample.entry.detail[its]);
    setDraft({
      sort: its,
      name: itsName,
      written: writtenOf(fieldsFor(about, its, itsName), sample.entry.detail),
      time: sample.entry.time ?? '',
    });
  };
  const choose = (value: string): void => {
    const [its = 'command', itsName = ''] = value.split(' ');
    setDraft({ ...draft, sort: its === 'query' ? 'query' : 'command', name: itsName });
  };

  return (
    <section aria-labelledby="send" className="card">
      <h2 id="send">Send a command or a query</h2>
      <form
        className="send"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          send.mutate(event);
        }}
      >
        <label>
          Begin with a sample
          <select
            value=""
            onChange={({ target }) => {
              fill(target.value);
            }}
          >
            <option value="">choose …</option>
            {about.samples.map((sample, n) => (
              <option key={n} value={n}>
                {sample.name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Kind
          <select
            value={`${sort} ${name}`}
            onChange={({ target }) => {
              choose(target.value);
            }}
          >
            <optgroup label="Commands">
              {Object.keys(COMMAND_FIELDS).map((each) => (
                <option key={each} value={`command ${each}`}>
                  {each}
                </option>
              ))}
            </optgroup>
            <optgroup label="Queries">
              {Object.keys(about.queries).map((each) => (
                <option key={each} value={`query ${each}`}>
                  {each}
                </option>
              ))}
            </optgroup>
          </select>
        </label>
        {fields.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            value={written[field.name] ?? ''}
            onChange={(value) => {
              setDraft({ ...draft, written: { ...written, [field.name]: value } });
            }}
          />
        ))}
        <label>
          <span>
            Time of the event <span className="muted">optional</span>
          </span>
          <input
            value={time}
            onChange={({ target }) => {
              setDraft({ ...draft, time: target.value });
            }}
            placeholder="now; or 2022-10-13T19:00:00Z"
          />
        </label>
        {faults.length > 0 && (
          <div className="note" id="faults">
            <p>By the contract, the pipeline will refuse this:</p>
            <ul>
              {faults.map((fault) => (
                <li key={fault}>{fault}</li>
              ))}
            </ul>
          </div>
        )}
        <button type="submit" className="primary" disabled={send.isPending}>
          {faults.length > 0 ? 'Send all the same' : 'Send'}
        </button>
      </form>
      <Problem error={send.error} />
      {send.data !== undefined && <SentEvent key={send.data.eventId} eventId={send.data.eventId} />}
    </section>
  );
}

const fieldsFor = (about: PipelineAbout, sort: Draft['sort'], name: string): readonly Field[] =>
  sort === 'command' ? (COMMAND_FIELDS[name] ?? []) : queryFields(about.queries[name] ?? []);

function faultsOf(detail: Record<string, unknown>): string[] {
  const read = readCommand(detail);
  return Array.isArray(read) ? read.map(({ message }: { message: string }) => message) : [];
}

const HINTS = { items: 'one a line: z3333=2', tags: 'one a line' } as const;

interface InputProps {
  readonly field: Field;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function FieldInput({ field: { name, kind, optional }, value, onChange }: InputProps) {
  const hint = kind === 'items' || kind === 'tags' ? HINTS[kind] : undefined;
  return (
    <label>
      <span>
        {name} <span className="muted">{[hint, optional ? 'optional' : undefined].filter(Boolean).join(', ')}</span>
      </span>
      {hint === undefined ? (
        <input
          name={name}
          value={value}
          inputMode={kind === 'number' ? 'numeric' : 'text'}
          onChange={({ target }) => {
            onChange(target.value);
          }}
          spellCheck={false}
          autoComplete="off"
        />
      ) : (
        <textarea
          name={name}
          value={value}
          rows={3}
          onChange={({ target }) => {
            onChange(target.value);
          }}
          spellCheck={false}
        />
      )}
    </label>
  );
}
