CREATE TABLE IF NOT EXISTS order_items (
  orderid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  itemid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  quantity INT UNSIGNED NOT NULL,
  PRIMARY KEY (orderid, itemid)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
