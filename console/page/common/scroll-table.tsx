/** A table that may be larger than its place: then it is scrolled, by keyboard too. */
import type { ReactNode } from 'react';

export function ScrollTable({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="table" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
