-- Orders that were projected before held_orders was there.
INSERT INTO held_orders (itemid, customerid, orderdate, orderid)
SELECT item.itemid, o.customerid, o.orderdate, o.orderid
FROM orders o JOIN order_items item ON item.orderid = o.orderid
WHERE o.status = 'active' AND o.customerid IS NOT NULL
ON DUPLICATE KEY UPDATE orderid = VALUES(orderid)
