-- Customers as the projection last saw them. A deleted one keeps its row (a tombstone) without name and email.
CREATE TABLE IF NOT EXISTS customers (
  customerid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(200) NULL,
  email VARCHAR(254) NULL,
  status ENUM('active', 'deleted') CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version INT UNSIGNED NOT NULL,
  created_by VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  PRIMARY KEY (customerid)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
