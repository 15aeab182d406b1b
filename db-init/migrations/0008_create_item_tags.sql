CREATE TABLE IF NOT EXISTS item_tags (
  itemid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tag VARCHAR(64) NOT NULL,
  PRIMARY KEY (itemid, tag),
  KEY by_tag (tag, itemid)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
