-- One row: the last rebuild. While its state is filling, the projector writes the copy too. The copy's own row says swapped, and comes
-- into force with it. expected is how many subjects there were when it began; items_before, how many were read when it last went on.
CREATE TABLE IF NOT EXISTS rebuild (
  id TINYINT UNSIGNED NOT NULL,
  run VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state ENUM('filling', 'swapped', 'cancelled') CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  expected BIGINT NOT NULL,
  items_before BIGINT NOT NULL,
  went_on_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
