/** An error, with what to do about it. */
import { Refusal } from './ask';

export function Problem({ error }: { readonly error: unknown }) {
  if (error === null || error === undefined) return null;
  const { what, whatToDo } =
    error instanceof Refusal
      ? error
      : {
          what: error instanceof Error ? error.message : 'Something failed.',
          whatToDo: 'Load the page anew; if it stays, tell us.',
        };
  return (
    <div role="alert" className="problem">
      <strong>{what}</strong> <span>{whatToDo}</span>
    </div>
  );
}
