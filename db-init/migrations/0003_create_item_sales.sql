-- Sales of an item over all active orders. Signed, because the projection books differences, and a difference may be negative.
CREATE TABLE IF NOT EXISTS item_sales (
  itemid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ordered BIGINT NOT NULL,
  orders BIGINT NOT NULL,
  PRIMARY KEY (itemid)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
