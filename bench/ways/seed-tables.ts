/**
 * What the sample that this project grew from creates in its database, under names of their own: two tables, and a stored procedure for a
 * row of each. UUID_TO_BIN is MySQL's alone; UNHEX without the dashes comes to the same sixteen bytes.
 */

/** The tables, the one that refers to the other first. */
export const SEED_TABLES = ['seed_order_items', 'seed_orders'] as const;

export const SEED_SCHEMA = [
  'CREATE TABLE seed_orders (orderid VARCHAR(40) PRIMARY KEY, orderstatus VARCHAR(255), orderdate DATETIME)',
  `CREATE TABLE seed_order_items (
     orderitemid BINARY(16) PRIMARY KEY, itemid VARCHAR(40), quantity SMALLINT, orderid VARCHAR(40),
     CONSTRAINT seed_order FOREIGN KEY (orderid) REFERENCES seed_orders (orderid))`,
  `CREATE PROCEDURE seed_insert_order(IN id VARCHAR(40), IN state VARCHAR(255), IN placed DATETIME)
   INSERT INTO seed_orders (orderid, orderstatus, orderdate) VALUES (id, state, placed)`,
  `CREATE PROCEDURE seed_insert_item(IN id VARCHAR(40), IN item VARCHAR(40), IN number SMALLINT)
   INSERT INTO seed_order_items (orderitemid, orderid, itemid, quantity)
   VALUES (UNHEX(REPLACE(UUID(), '-', '')), id, item, number)`,
];
