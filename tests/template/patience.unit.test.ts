/** Functions that use the database say themselves that it is away, before Lambda ends them. */
import { expect, test } from '@jest/globals';
import { PATIENCE as OPERATOR } from '../../functions/operate-read-model/patience';
import { PATIENCE as PROJECTOR } from '../../functions/project-orders/patience';
import { WORKING_MS } from '../../functions/rebuild-read-model/fill';
import { PATIENCE as REBUILD } from '../../functions/rebuild-read-model/patience';
import { PATIENCE as QUERY } from '../../functions/shared/query-handler';
import { loadTemplate } from './load-template';

const timeoutOf = (name: string): number => Number(loadTemplate().Resources[name]?.Properties['Timeout']) * 1_000;

/** Milliseconds for loading what is loaded at the first use, and for saying what went wrong. */
const SLACK = 1_000;

/** What reads: a statement on a connection that is dead, a new one, and the statement again. */
test.each([
  ['QueryItemSalesReport', QUERY],
  ['QueryMonthlySalesByItem', QUERY],
  ['QueryOrders', QUERY],
  ['OperateReadModel', OPERATOR],
])('%s', (name, { connectMs, statementMs }) => {
  expect(statementMs + connectMs + statementMs + SLACK).toBeLessThanOrEqual(timeoutOf(name));
});

/** The projector, whose transaction is done again once on a new connection, may first have had to make the one that it lost. */
test('ProjectOrders', () => {
  const { connectMs, statementMs } = PROJECTOR;
  expect(connectMs + statementMs + connectMs + SLACK).toBeLessThanOrEqual(timeoutOf('ProjectOrders'));
});

/** The rebuild, whose last page may begin when the time for pages is nearly over. */
test('RebuildReadModel', () => {
  const { connectMs, statementMs } = REBUILD;
  expect(WORKING_MS + statementMs + connectMs + statementMs + SLACK).toBeLessThanOrEqual(timeoutOf('RebuildReadModel'));
});
