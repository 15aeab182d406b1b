/** The stream that both ways get: orders, some changed and cancelled, and what goes wrong on the way. All of it is told by a seed. */
import { below, seededRandom } from '../../tests/support/random';
import { makeOrder, recordOf, type MadeOrder, type OrderImage } from '../orders';

/** A record, and what is known of it beforehand. */
export interface Entry {
  readonly record: Readonly<Record<string, unknown>>;
  /** Undefined for a record that cannot be projected. */
  readonly order: MadeOrder | undefined;
  /** The function that gets it first is killed when it has sent so many statements of that delivery. */
  readonly killAfter?: number;
}

/** How much goes wrong. */
export interface Plan {
  readonly orders: number;
  readonly seed: number;
  /** How often a function is killed, at new orders: nothing else makes the seed's do anything. */
  readonly kills: number;
}

/** Of a hundred. */
const [CHANGED, CANCELLED, DUPLICATE, LATE, POISON] = [20, 10, 5, 5, 1];
/** Of a hundred orders, these have an item in a quantity that a SMALLINT does not hold. */
const [LARGE, LARGE_QUANTITY] = [0.6, 40_000];
/** In how many records from the first a change comes, at most; and so on. */
const [CHANGE_WITHIN, DUPLICATE_WITHIN, LATE_BY] = [50, 20, 50];

/** What a mistake of a sender, or of an editor of the table, makes of an order. */
const MISTAKES: readonly ((image: OrderImage) => OrderImage)[] = [
  (image) => ({ ...image, items: undefined }),
  (image) => ({ ...image, items: { L: [{ M: { itemid: { S: 'item-0001' }, quantity: { S: 'three' } } }] } }),
  (image) => ({ ...image, orderdate: { S: 'yesterday' } }),
];

interface Placed {
  readonly place: number;
  readonly order: MadeOrder;
  readonly isPoison: boolean;
}

const large = (order: MadeOrder): MadeOrder => ({
  ...order,
  items: order.items.map((item, n) => (n === 0 ? { ...item, quantity: LARGE_QUANTITY } : item)),
});

/** The lives of the orders: created, perhaps changed, perhaps cancelled. */
function lives(orders: number, random: () => number): Placed[] {
  const happens = (percent: number): boolean => random() * 100 < percent;
  return Array.from({ length: orders }, (_, n): Placed[] => {
    if (happens(POISON)) return [{ place: n, order: makeOrder(n), isPoison: true }];
    const first = happens(LARGE) ? large(makeOrder(n)) : makeOrder(n);
    const life: Placed[] = [{ place: n, order: first, isPoison: false }];
    const follow = (next: (last: MadeOrder) => MadeOrder): void => {
      const { place, order } = life.at(-1) ?? { place: n, order: first };
      life.push({ place: place + 1 + random() * CHANGE_WITHIN, order: next(order), isPoison: false });
    };
    if (happens(CHANGED)) follow(({ version }) => makeOrder(n, version + 1));
    if (happens(CANCELLED)) follow((last) => ({ ...last, version: last.version + 1, status: 'cancelled' }));
    return life;
  }).flat();
}

function poisoned(order: MadeOrder, mistake: number): Entry {
  const record = recordOf(order) as { dynamodb: { NewImage: OrderImage } };
  const spoil = MISTAKES[mistake % MISTAKES.length] ?? ((image) => image);
  return { order: undefined, record: { ...record, dynamodb: { ...record.dynamodb, NewImage: spoil(record.dynamodb.NewImage) } } }; // prettier-ignore
}

const byPlace = (a: { readonly place: number }, b: { readonly place: number }): number => a.place - b.place;

/** @returns the entries in the order in which they are delivered, duplicates among them. */
export function makeStream({ orders, seed, kills }: Plan): Entry[] {
  const random = seededRandom(seed);
  const happens = (percent: number): boolean => random() * 100 < percent;
  let mistakes = 0;
  const delivered = lives(orders, random)
    .sort(byPlace)
    .map(({ order, isPoison }, n) => ({
      entry: isPoison ? poisoned(order, mistakes++) : { order, record: recordOf(order) },
      place: n + (happens(LATE) ? random() * LATE_BY : 0),
    }))
    .flatMap((one) =>
      happens(DUPLICATE) ? [one, { ...one, place: one.place + 1 + random() * DUPLICATE_WITHIN }] : [one],
    ) // prettier-ignore
    .sort(byPlace);
  const places = [...delivered.keys()].filter((n) => delivered[n]?.entry.order?.version === 1);
  const dying = new Set(Array.from({ length: kills }, () => places[below(places.length, random)]));
  return delivered.map(({ entry }, n): Entry => (dying.has(n) ? { ...entry, killAfter: 1 + (n % 2) } : entry));
}

/** The orders as they should be in the end: the newest version of each that can be projected. */
export function wanted(entries: readonly Entry[]): MadeOrder[] {
  const newest = new Map<string, MadeOrder>();
  for (const { order } of entries)
    if (order !== undefined && (newest.get(order.orderid)?.version ?? 0) < order.version) newest.set(order.orderid, order); // prettier-ignore
  return [...newest.values()];
}

/** How many records cannot be projected, each counted once. */
export const poisonIn = (entries: readonly Entry[]): number =>
  new Set(entries.filter(({ order }) => order === undefined).map(({ record }) => record['eventID'])).size;
