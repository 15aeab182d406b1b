/** Data, as text that can be scrolled by keyboard. */
import { pretty } from './words';

export function Json({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <figure className="json">
      <figcaption>{label}</figcaption>
      <pre tabIndex={0} role="region" aria-label={label}>
        {pretty(text)}
      </pre>
    </figure>
  );
}
