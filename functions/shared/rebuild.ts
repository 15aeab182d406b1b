/** A rebuild of the read model: where the copy is, and whether one is being filled. docs/adr/0013-rebuild.md */
import type { Sql } from './database';

/** The database beside the read model's in which its copy is made. */
export const copyName = (database: string): string => `${database}_next`;

/** Every table of the read model: they are swapped together. The ledger of the migrations stays. */
export const READ_MODEL_TABLES = [
  'orders',
  'order_items',
  'item_sales',
  'daily_item_sales',
  'monthly_item_sales',
  'complete_summaries',
  'unbooked_sales',
  'held_orders',
  'customers',
  'items',
  'item_tags',
  'counts',
  'quarantined_changes',
  'rebuild',
  'rebuild_segments',
] as const;

/** Rows of `complete_summaries` in a read model whose every row was written by this release's projector. */
export const COMPLETE_SUMMARIES = ['monthly_item_sales'];

/** What the read model knows of its last rebuild. */
export interface Rebuild {
  readonly run: string;
  readonly state: 'filling' | 'swapped' | 'cancelled';
}

/** The last rebuild; undefined where there was none. */
export async function selectRebuild(sql: Sql): Promise<Rebuild | undefined> {
  const [row] = await sql.select<Rebuild>('SELECT run, state FROM rebuild WHERE id = 1');
  return row;
}
