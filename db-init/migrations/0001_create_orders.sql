-- Orders as the projection last saw them. A deleted order keeps its row (a tombstone), so that a late image of it is known for what it is.
-- created_by is the idempotency key that created the order: an order deleted and created again differs in it.
CREATE TABLE IF NOT EXISTS orders (
  orderid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  customerid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  status ENUM('active', 'cancelled', 'deleted') CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version INT UNSIGNED NOT NULL,
  orderdate DATETIME NULL,
  created_by VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  PRIMARY KEY (orderid)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
