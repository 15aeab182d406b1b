-- Sales of an item by the day (UTC) of its orders: the months, and the day of the latest order, come from here.
-- A day whose orders are all cancelled stays with orders = 0.
CREATE TABLE IF NOT EXISTS daily_item_sales (
  itemid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  orderday DATE NOT NULL,
  ordered BIGINT NOT NULL,
  orders BIGINT NOT NULL,
  PRIMARY KEY (itemid, orderday)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
