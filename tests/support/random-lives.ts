/** Random lives of orders, customers and items: created, changed, cancelled, deleted, created again, and now and then not the pipeline's shape. */
import { below, oneOf } from './random';
import { customer, item, order, type MemoryOrdersTable, type StreamRecord } from './stream';

type Random = () => number;

export const randomItems = (random: Random) => [
  { itemid: 'z', quantity: 1 + below(5, random) },
  ...['a', 'A', 'b', 'c'].filter(() => random() < 0.6).map((itemid) => ({ itemid, quantity: 1 + below(9, random) })),
];

/** One more thing happens to an order; returns the stream's record of it. */
function stepOfOrder(table: MemoryOrdersTable, random: Random, serial: number): StreamRecord {
  const orderid = oneOf(['o1', 'o2', 'O1'], random);
  const now = table.get(orderid);
  const items = randomItems(random);
  const spoilt = table.spoiltOrder(orderid);
  if (spoilt !== undefined && random() < 0.5) return table.put({ ...spoilt, items }); // repaired by hand, at the version that it had
  if (now === undefined) {
    const createdBy = random() < 0.5 ? `key${serial}` : 'the-same-key';
    const held = random() < 0.7 && { customerid: oneOf(['c1', 'c2'], random) };
    return table.put(order(orderid, { items, createdBy, ...held, orderdate: `2022-10-0${1 + below(9, random)}T00:00:${10 + (serial % 50)}Z` })); // prettier-ignore
  }
  if (random() < 0.2) return table.remove(orderid);
  const version = now.version + 1;
  if (random() < 0.1) return table.putJunk(orderid, { version: { N: String(version) } });
  if (random() < 0.2) return table.put({ ...now, version, status: 'cancelled' });
  return table.put({ ...now, version, items });
}

/** The same for a customer or an item. Their keys may be used again too, and no date tells their lives apart. */
function stepOfRegistered(table: MemoryOrdersTable, random: Random, serial: number): StreamRecord {
  const id = oneOf(['r1', 'R1'], random);
  const isCustomer = random() < 0.5;
  const now = table.at(`${isCustomer ? 'customer' : 'item'}#${id}`);
  if (now !== undefined && random() < 0.2) return isCustomer ? table.removeCustomer(id) : table.removeItem(id);
  if (isCustomer && now !== undefined && !('forgotten' in now) && random() < 0.2) return table.forgetCustomer(id);
  if (random() < 0.1) return table.putJunkAt(`${isCustomer ? 'customer' : 'item'}#${id}`, { note: { S: 'junk' } });
  const createdBy = now?.createdBy ?? (random() < 0.5 ? `key${serial}` : 'the-same-key');
  const fresh = { version: (now?.version ?? 0) + 1, createdBy, name: `name ${serial}` };
  if (isCustomer) return table.putCustomer(customer(id, fresh));
  return table.putItem(item(id, { ...fresh, tags: ['a', 'A', 'b'].filter(() => random() < 0.5) }));
}

/** One more thing happens; `serial` tells it from others. */
export const stepOfLife = (table: MemoryOrdersTable, random: Random, serial: number): StreamRecord =>
  random() < 0.6 ? stepOfOrder(table, random, serial) : stepOfRegistered(table, random, serial);
