-- Names of summaries that were added to the schema later and hold all orders: of a read model that was made with them, from the
-- beginning; of one that had orders before them, once it is rebuilt. Until then, reports read what was there before.
CREATE TABLE IF NOT EXISTS complete_summaries (
  name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
