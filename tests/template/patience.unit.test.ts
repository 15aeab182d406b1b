/** The functions that answer queries say themselves that the database is away, before Lambda ends them. */
import { expect, test } from '@jest/globals';
import { PATIENCE } from '../../functions/shared/query-handler';
import { loadTemplate } from './load-template';

test.each(['QueryItemSalesReport', 'QueryMonthlySalesByItem', 'QueryOrders'])('%s', (name) => {
  const seconds = Number(loadTemplate().Resources[name]?.Properties['Timeout']);
  const { connectMs, statementMs } = PATIENCE;
  expect(statementMs + connectMs + statementMs).toBeLessThan(seconds * 1000); // on a dead connection, to a new one, on that
});
