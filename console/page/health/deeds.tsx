/** What can be done with something that failed: again, or given up. Both are asked first. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Dealt } from '../../api';
import { post } from '../common/ask';
import { Problem } from '../common/problem';

interface Props<Id> {
  /** Address of what they are, such as `failed`. */
  readonly of: 'failed' | 'quarantine';
  readonly ids: readonly Id[];
  /** As a person calls them. */
  readonly what: string;
  /** What comes of a redrive. */
  readonly again: string;
}

type Deed = 'redrive' | 'discard';

export function Deeds<Id extends string | number>({ of, ids, what, again }: Props<Id>) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [deed, setDeed] = useState<Deed>('redrive');
  const client = useQueryClient();
  const work = useMutation({
    mutationFn: (chosen: Deed) => post<Dealt>(`/api/${of}/${chosen}`, { ids }),
    onSettled: () => client.invalidateQueries(),
  });
  const ask = (chosen: Deed): void => {
    setDeed(chosen);
    work.reset();
    dialog.current?.showModal();
  };
  const answer = (yes: boolean): void => {
    dialog.current?.close();
    if (yes) work.mutate(deed);
  };
  return (
    <span className="deeds">
      <button
        type="button"
        disabled={work.isPending}
        onClick={() => {
          ask('redrive');
        }}
        aria-label={`Redrive ${what}`}
      >
        Redrive
      </button>
      <button
        type="button"
        disabled={work.isPending}
        className="danger"
        onClick={() => {
          ask('discard');
        }}
        aria-label={`Discard ${what}`}
      >
        Discard
      </button>
      <Problem error={work.error} />
      {work.data?.undone.map(({ id, why }) => (
        <p key={id} role="alert" className="problem">
          It is still kept: {why}.
        </p>
      ))}
      <dialog ref={dialog} aria-label={`${deed} ${what}?`}>
        <h2>
          {deed === 'redrive' ? 'Redrive' : 'Discard'} {what}?
        </h2>
        <p>{deed === 'redrive' ? again : 'It is gone for good then; nothing else is changed.'}</p>
        <p className="bar">
          <button
            type="button"
            autoFocus
            onClick={() => {
              answer(false);
            }}
          >
            Cancel
          </button>
          <button
            type="button"
            className={deed === 'discard' ? 'danger' : 'primary'}
            onClick={() => {
              answer(true);
            }}
          >
            {deed === 'redrive' ? 'Redrive it' : 'Discard it'}
          </button>
        </p>
      </dialog>
    </span>
  );
}
