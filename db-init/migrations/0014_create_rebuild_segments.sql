-- How far each segment of the scan is: position is the key of the last item that was projected.
CREATE TABLE IF NOT EXISTS rebuild_segments (
  segment INT UNSIGNED NOT NULL,
  position VARBINARY(2048) NULL,
  items BIGINT NOT NULL,
  done TINYINT UNSIGNED NOT NULL,
  PRIMARY KEY (segment)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
