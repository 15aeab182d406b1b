-- Serves ordersByCustomer, newest first. There is no IF NOT EXISTS for it on MySQL: db-init takes "duplicate key name" for done.
CREATE INDEX by_customer ON orders (customerid, orderdate, orderid)
