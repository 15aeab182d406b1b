-- Sales of an item by the month (UTC) of its orders, such as 202210: a year of days is twelve rows. A month whose orders are all cancelled
-- stays with orders = 0. What the projector of a release before this table booked is in daily_item_sales alone: complete_summaries.
CREATE TABLE IF NOT EXISTS monthly_item_sales (
  itemid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month MEDIUMINT NOT NULL,
  ordered BIGINT NOT NULL,
  orders BIGINT NOT NULL,
  PRIMARY KEY (itemid, month)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
