-- Of a new read model alone: no projector has written it yet.
INSERT INTO complete_summaries (name)
SELECT 'monthly_item_sales' FROM DUAL
WHERE NOT EXISTS (SELECT 1 FROM daily_item_sales) AND NOT EXISTS (SELECT 1 FROM monthly_item_sales)
ON DUPLICATE KEY UPDATE name = VALUES(name)
