/** The read model's migrations, in order. Append only: what was deployed is never edited (CONTRIBUTING.md tells how to add one). */
import createOrders from './0001_create_orders.sql';
import createOrderItems from './0002_create_order_items.sql';
import createItemSales from './0003_create_item_sales.sql';
import createDailyItemSales from './0004_create_daily_item_sales.sql';
import createQuarantinedChanges from './0005_create_quarantined_changes.sql';
import createCustomers from './0006_create_customers.sql';
import createItems from './0007_create_items.sql';
import createItemTags from './0008_create_item_tags.sql';
import createHeldOrders from './0009_create_held_orders.sql';
import fillHeldOrders from './0010_fill_held_orders.sql';
import indexOrdersByCustomer from './0011_index_orders_by_customer.sql';
import createCounts from './0012_create_counts.sql';
import createRebuild from './0013_create_rebuild.sql';
import createRebuildSegments from './0014_create_rebuild_segments.sql';
import createUnbookedSales from './0015_create_unbooked_sales.sql';
import createMonthlyItemSales from './0016_create_monthly_item_sales.sql';
import createCompleteSummaries from './0017_create_complete_summaries.sql';
import completeMonthlyItemSales from './0018_complete_monthly_item_sales.sql';

/** One step: one statement, since MySQL commits DDL by itself, safe to run again after a crash before it was recorded. */
export interface Migration {
  readonly name: string;
  readonly statement: string;
  /** Run until it changes no row: it fills a table piece by piece, with what is not there yet, since the Data API gives a statement 45 seconds. */
  readonly repeated?: true;
  /** Run where the schema is made from its beginning alone, before any function writes it; elsewhere it is recorded, and nothing else. */
  readonly ofNewModel?: true;
}

export const migrations: readonly Migration[] = [
  { name: '0001_create_orders', statement: createOrders },
  { name: '0002_create_order_items', statement: createOrderItems },
  { name: '0003_create_item_sales', statement: createItemSales },
  { name: '0004_create_daily_item_sales', statement: createDailyItemSales },
  { name: '0005_create_quarantined_changes', statement: createQuarantinedChanges },
  { name: '0006_create_customers', statement: createCustomers },
  { name: '0007_create_items', statement: createItems },
  { name: '0008_create_item_tags', statement: createItemTags },
  { name: '0009_create_held_orders', statement: createHeldOrders },
  { name: '0010_fill_held_orders', statement: fillHeldOrders },
  { name: '0011_index_orders_by_customer', statement: indexOrdersByCustomer },
  { name: '0012_create_counts', statement: createCounts },
  { name: '0013_create_rebuild', statement: createRebuild },
  { name: '0014_create_rebuild_segments', statement: createRebuildSegments },
  { name: '0015_create_unbooked_sales', statement: createUnbookedSales },
  { name: '0016_create_monthly_item_sales', statement: createMonthlyItemSales },
  { name: '0017_create_complete_summaries', statement: createCompleteSummaries },
  { name: '0018_complete_monthly_item_sales', statement: completeMonthlyItemSales, ofNewModel: true },
];
