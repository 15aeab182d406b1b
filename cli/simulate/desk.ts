/** The air-ticket desk: which flights there are, who its customers are, and the commands that say so. A flight on a date is an item. */

/** A flight; the cities are tags of its item, as its number is. */
export interface Flight {
  readonly number: string;
  readonly from: string;
  readonly to: string;
}

/** A command or a query, as the detail of its event. */
export type Detail = Readonly<Record<string, unknown>>;

/** The flights of the tour. */
export const FLIGHTS: readonly Flight[] = [
  { number: 'MU5159', from: 'Shanghai', to: 'Beijing' },
  { number: 'CZ2801', from: 'Chongqing', to: 'Beijing' },
  { number: 'MU2324', from: 'Guangzhou', to: 'Xian' },
  { number: 'CZ3243', from: 'Chongqing', to: 'Qingdao' },
  { number: 'SC4826', from: 'Tianjin', to: 'Qingdao' },
];

/** Customers of the tour. */
export const CUSTOMERS = 20;

const CITIES = ['Shanghai', 'Beijing', 'Chongqing', 'Guangzhou', 'Xian', 'Qingdao', 'Tianjin', 'Chengdu', 'Kunming'];
const GIVEN = ['Ada', 'Ben', 'Chen', 'Dora', 'Emil', 'Fang', 'Gita', 'Hugo', 'Ines', 'Jun'];
const FAMILY = ['Ahn', 'Berg', 'Chu', 'Dias', 'Ek', 'Fu', 'Gao', 'Haas', 'Ito', 'Jin', 'Kahn'];

const at = <T>(values: readonly T[], n: number): T => values[n % values.length] as T;

/** The `n`th flight: those of the tour, then made-up ones. */
export function flightOf(n: number): Flight {
  const known = FLIGHTS[n];
  if (known !== undefined) return known;
  const to = n + 1 + (n % (CITIES.length - 1)); // never the city that it starts from
  return { number: `OP${1000 + n}`, from: at(CITIES, n), to: at(CITIES, to) };
}

/** The item of a flight on a date. */
export const itemOf = ({ number }: Flight, date: string): string => `${number}:${date}`;

/** The `n`th customer's id, from 0. */
export const customerOf = (n: number): string => `customer-${String(n + 1).padStart(2, '0')}`;

/** Cities that a flight of the tour touches. */
export const cities = (): string[] => [...new Set(FLIGHTS.flatMap(({ from, to }) => [from, to]))];

/** The flights of the tour that the `n`th customer is on: two, so that each has customers of two kinds. */
export const flightsOf = (n: number): Flight[] => [at(FLIGHTS, n), at(FLIGHTS, n + 1)];

/** Registers a flight on a date. Its content is told by its number and date alone, so that again is a duplicate. */
export const registerFlight = (flight: Flight, date: string): Detail => ({
  command: 'registerItem',
  commandId: 'desk-register',
  itemid: itemOf(flight, date),
  name: `${flight.number} ${flight.from} – ${flight.to}, ${date}`,
  tags: [flight.number, flight.from, flight.to],
});

/** Registers the `n`th customer; again is a duplicate. */
export function registerCustomer(n: number): Detail {
  const [given, family] = [at(GIVEN, n), at(FAMILY, n)];
  return {
    command: 'registerCustomer',
    commandId: 'desk-register',
    customerId: customerOf(n),
    name: `${given} ${family}`,
    email: `${given}.${family}.${n + 1}@example.com`.toLowerCase(),
  };
}
