-- Stream records that could not be projected, whole, with the error. pk is the table's key, byte for byte (trailing spaces
-- count); sequence_number orders the records of one key.
CREATE TABLE IF NOT EXISTS quarantined_changes (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  event_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  pk VARBINARY(2048) NOT NULL,
  sequence_number DECIMAL(40, 0) NULL,
  error VARCHAR(1000) NOT NULL,
  record LONGTEXT NOT NULL,
  quarantined_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (id),
  UNIQUE KEY by_event (event_id),
  KEY by_pk (pk)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
