-- What batches of new orders add to the sums, a row a batch, until a later batch books it (docs/adr/0015-sales-set-aside.md).
-- `sales` is JSON: [["z3333", "2022-10-05", 3, 1], …], each an item, a day, what was ordered and how many orders; none is negative.
CREATE TABLE IF NOT EXISTS unbooked_sales (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  sales MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
