-- How many there are of a kind. Signed, because the projection books differences.
CREATE TABLE IF NOT EXISTS counts (
  name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  total BIGINT NOT NULL,
  PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
