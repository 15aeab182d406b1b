/** Where in the console one is: the part of the address behind `#`. */
import { useSyncExternalStore } from 'react';

const subscribe = (onChange: () => void): (() => void) => {
  window.addEventListener('hashchange', onChange);
  return () => {
    window.removeEventListener('hashchange', onChange);
  };
};

export interface Place {
  readonly view: string;
  readonly rest: string;
}

/** `#/executions/3f1c…` is the view `executions` with the rest `3f1c…`. */
export function usePlace(): Place {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  const [view = '', ...rest] = hash.replace(/^#\/?/, '').split('/');
  return { view: view === '' ? 'executions' : view, rest: decodeURIComponent(rest.join('/')) };
}

export const linkTo = (view: string, rest = ''): string =>
  rest === '' ? `#/${view}` : `#/${view}/${encodeURIComponent(rest)}`;
