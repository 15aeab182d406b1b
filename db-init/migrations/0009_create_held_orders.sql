-- Which customer holds which item by which active order, in the order in which customersByItem tells it: a page is one stretch of
-- the key. Orders without a customer are not here.
CREATE TABLE IF NOT EXISTS held_orders (
  itemid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  customerid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  orderdate DATETIME NOT NULL,
  orderid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (itemid, customerid, orderdate, orderid)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
