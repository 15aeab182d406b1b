/** Each query with an example, and the statement that computes the same answer from the rows of orders. */
import { answering, type AnyQuery } from '../functions/shared/query';
import { itemsSalesReport } from '../functions/query-item-sales-report/query';
import { monthlySalesByItem } from '../functions/query-monthly-sales-by-item/query';
import { queries } from '../functions/query-orders/queries';

export interface ComparedQuery {
  readonly query: AnyQuery;
  readonly detail: Readonly<Record<string, unknown>>;
  /** Undefined where the query reads rows of orders itself, by their keys. */
  readonly fromRows?: string;
  /** Columns of `fromRows` that the query's rows have too: both must tell the same, row by row. */
  readonly same?: readonly string[];
}

const ORDERS_AND_ITEMS = "orders o JOIN order_items i ON i.orderid = o.orderid WHERE o.status = 'active'";

const FROM_ROWS: Readonly<Record<string, Omit<ComparedQuery, 'query'>>> = {
  itemsSalesReport: {
    detail: {},
    fromRows: `SELECT i.itemid, CAST(SUM(i.quantity) AS SIGNED) AS totalordered, DATE_FORMAT(MAX(o.orderdate), '%Y-%m-%d') AS lastorderdate
      FROM ${ORDERS_AND_ITEMS} GROUP BY i.itemid ORDER BY i.itemid LIMIT 100`,
    same: ['itemid', 'totalordered', 'lastorderdate'],
  },
  monthlySalesByItem: {
    detail: { itemid: 'item-0007' },
    fromRows: `SELECT DATE_FORMAT(o.orderdate, '%Y-%m') AS month, CAST(SUM(i.quantity) AS SIGNED) AS monthlyordered
      FROM ${ORDERS_AND_ITEMS} AND i.itemid = 'item-0007' GROUP BY month ORDER BY month DESC LIMIT 100`,
    same: ['monthlyordered'],
  },
  customersByItem: {
    detail: { itemid: 'item-0007' },
    fromRows: `SELECT o.customerid, COUNT(DISTINCT o.orderid) AS orderCount FROM ${ORDERS_AND_ITEMS} AND i.itemid = 'item-0007'
      GROUP BY o.customerid ORDER BY o.customerid LIMIT 100`,
    same: ['customerid'],
  },
  customersByTag: {
    detail: { tag: 'tag-7' },
    fromRows: `SELECT o.customerid, COUNT(DISTINCT o.orderid) AS orderCount FROM ${ORDERS_AND_ITEMS}
      AND i.itemid IN (SELECT itemid FROM item_tags WHERE tag = 'tag-7') GROUP BY o.customerid ORDER BY o.customerid LIMIT 100`,
    same: ['customerid'],
  },
  customerCount: { detail: {}, fromRows: 'SELECT COUNT(*) AS customers FROM customers WHERE status = \'active\'', same: ['customers'] }, // prettier-ignore
  orderById: { detail: { orderId: 'order-000000007' } },
  ordersByCustomer: { detail: { customerId: 'customer-7' } },
};

/** @throws Error for a query that has no example here. */
function compared(query: AnyQuery): ComparedQuery {
  const example = FROM_ROWS[query.name];
  if (example === undefined) throw new Error(`Give the query ${query.name} an example in bench/compared-queries.ts`);
  return { query, ...example, detail: { query: query.name, ...example.detail } };
}

export const comparedQueries = (): ComparedQuery[] =>
  [answering(itemsSalesReport), answering(monthlySalesByItem), ...queries].map(compared);
