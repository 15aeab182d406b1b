import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { customers } from '../../../functions/project-orders/customers';
import { orderSchema, readOrderImage } from '../../../functions/project-orders/order-image';
import { readPlainOrder } from '../../../functions/project-orders/plain-order';
import { registeredItems } from '../../../functions/project-orders/registered-items';
import { isSameLife } from '../../../functions/project-orders/state';
import { readSeed } from '../../support/random';
import { customer, image, item as registeredItem, order } from '../../support/stream';

const SEED = readSeed();

const good = image(order('o1'));

const item = (itemid: string, quantity: string) => ({ M: { itemid: { S: itemid }, quantity: { N: quantity } } });

describe('readOrderImage', () => {
  test('reads every field, sorts the items, allows attributes that it does not know', () => {
    const stored = order('o1', { customerid: 'c1', version: 7, items: [{ itemid: 'b', quantity: 2 }, { itemid: 'B', quantity: 1 }] }); // prettier-ignore
    expect(readOrderImage({ ...image(stored), extra: { BOOL: true } })).toEqual({
      eventId: 'event-of-o1-7',
      state: {
        id: 'o1',
        customerid: 'c1',
        status: 'active',
        version: 7,
        orderdate: '2022-10-05 10:00:00',
        items: [{ itemid: 'B', quantity: 1 }, { itemid: 'b', quantity: 2 }], // prettier-ignore
        createdBy: 'key-of-o1',
      },
    });
  });

  test.each([
    ['a customer id of another type', { customerid: { N: '1' } }],
    ['an empty customer id', { customerid: { S: '' } }],
    ['an id of 65 characters', { createdBy: { S: 'k'.repeat(65) } }],
    ['an id that ends with a line feed', { createdBy: { S: 'key\n' } }],
    ['another order’s key', { pk: { S: 'order#o2' } }],
    ['a tombstone', { status: { S: 'deleted' } }],
    ['version 0', { version: { N: '0' } }],
    ['a version beyond the column', { version: { N: '4294967296' } }],
    ['a version with a fraction', { version: { N: '1.5' } }],
    ['a version in another notation', { version: { N: '1E2' } }],
    ['no item', { items: { L: [] } }],
    ['101 items', { items: { L: Array.from({ length: 101 }, (_, n) => item(`z${n}`, '1')) } }],
    ['an item twice', { items: { L: [item('a', '1'), item('b', '1'), item('a', '2')] } }],
    ['a negative quantity', { items: { L: [item('a', '-1')] } }],
    ['February 30', { orderdate: { S: '2022-02-30T00:00:00Z' } }],
    ['24:00', { orderdate: { S: '2022-02-28T24:00:00Z' } }],
    ['a year before 1970', { orderdate: { S: '1969-12-31T23:59:59Z' } }],
    ['a time with an offset', { orderdate: { S: '2022-02-28T00:00:00+01:00' } }],
    ['month 13', { orderdate: { S: '2022-13-01T00:00:00Z' } }],
  ])('refuses %s', (_, change) => {
    expect(readOrderImage({ ...good, ...change })).toEqual(expect.any(String));
  });

  test('says in words what is wrong, each fault with its place', () => {
    expect(readOrderImage({ ...good, version: undefined, status: { S: 'new' }, orderdate: {}, items: { L: 7 } })).toBe(
      'version: is missing; status.S: must be "active" or "cancelled"; orderdate.S: is missing; items.L: must be a list',
    );
    expect(readOrderImage(undefined)).toBe('whole: must be an object');
  });

  test.each(['pk', 'orderid', 'status', 'version', 'orderdate', 'items', 'createdBy', 'eventId'])(
    'names %s where it is missing',
    (field) => {
      expect(readOrderImage({ ...good, [field]: undefined })).toContain(field);
    },
  );

  test(`what is read without the schema is what the schema reads, and everything usual is (SEED=${SEED})`, () => {
    const usual = { ...good, customerid: { S: 'c1' }, items: { L: [item('b', '3'), item('B', '1')] } };
    expect(readPlainOrder(usual)).toMatchObject({ state: { customerid: 'c1' } });
    expect(readPlainOrder(good)).toMatchObject({ state: { customerid: null } });
    const values = [undefined, null, 7, '', 'x', {}, { S: '' }, { S: 'c-2' }, { S: 'a b' }, { S: 'cancelled' }, { S: 7 }, { N: '0' }, { N: '7' }, { N: '9999999999' }, { S: '2024-02-29T23:59:59Z' }, { S: '2023-02-29T00:00:00Z' }, { S: '2023-04-31T00:00:00Z' }, { S: '2023-12-31T23:59:60Z' }, { L: [] }, { L: [null] }, { L: [item('a', '2'), item('a', '1')] }, { L: [item('z', '1'), item('a', '2')] }, { L: [{ M: { itemid: { S: 'a' } } }] }]; // prettier-ignore
    const change = fc.tuple(fc.constantFrom(...Object.keys(usual)), fc.constantFrom(...values));
    let plain = 0;
    fc.assert(
      fc.property(fc.array(change, { maxLength: 2 }), (changes) => {
        const changed = { ...usual, ...Object.fromEntries(changes) };
        const read = readPlainOrder(changed);
        const bySchema = v.safeParse(orderSchema, changed);
        if (read !== undefined) expect([bySchema.success, bySchema.output]).toEqual([true, read]);
        else expect(bySchema.success).toBe(false);
        if (read !== undefined) plain += 1;
      }),
      { seed: SEED, numRuns: 2_000 },
    );
    expect(plain).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.anything(), (anything) => readPlainOrder(anything) === undefined),
      { seed: SEED },
    );
  });

  test(`never throws, whatever it is given (SEED=${SEED})`, () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => typeof readOrderImage(anything) === 'string'),
      { seed: SEED },
    );
  });

  test(`every real second from 1970 to 9999 is one (SEED=${SEED})`, () => {
    const date = fc.date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }); // prettier-ignore
    fc.assert(
      fc.property(date, (real) => {
        const text = `${real.toISOString().slice(0, 19)}Z`;
        return typeof readOrderImage({ ...good, orderdate: { S: text } }) === 'object';
      }),
      { seed: SEED },
    );
  });
});

const astral = '😀'.repeat(200);

describe('an image of a customer', () => {
  const read = (change: object) => customers.readImage({ ...image(customer('c1')), ...change });

  test('is read, with a name of 200 characters, whatever they are', () => {
    expect(read({ name: { S: astral } })).toEqual({
      eventId: 'event-of-c1-1',
      state: { id: 'c1', name: astral, email: 'c1@example.org', status: 'active', version: 1, createdBy: 'key-of-c1' },
    });
  });

  test.each([
    ['no name', { name: undefined }],
    ['an empty name', { name: { S: '' } }],
    ['a name of 201 characters', { name: { S: `${astral}x` } }],
    ['an e-mail address beyond its column', { email: { S: 'e'.repeat(255) } }],
    ['another key', { pk: { S: 'customer#c2' } }],
    ['a status that customers do not have', { status: { S: 'cancelled' } }],
  ])('is refused with %s', (_, change) => {
    expect(read(change)).toEqual(expect.any(String));
  });
});

test('an image of a forgotten customer is a tombstone, whatever still stands beside it; one of old has no status', () => {
  const tombstone = { id: 'c1', name: null, email: null, status: 'deleted', version: 2, createdBy: 'key-of-c1' };
  const forgotten = image(customer('c1', { forgotten: true, version: 2 }));
  expect(customers.readImage(forgotten)).toEqual({ eventId: 'event-of-c1-2', state: tombstone });
  expect(customers.readImage({ ...forgotten, name: { S: 'Ada' } })).toMatchObject({ state: tombstone });
  expect(customers.readImage({ ...forgotten, version: { N: '0' } })).toEqual(expect.any(String));
  const old = { ...image(customer('c1')), status: undefined };
  expect(customers.readImage(old)).toMatchObject({ state: { status: 'active', email: 'c1@example.org' } });
});

describe('an image of a registered item', () => {
  const read = (...tags: unknown[]) => registeredItems.readImage({ ...image(registeredItem('z1')), tags: { L: tags } });
  const tag = (text: string) => ({ S: text });

  test('is read, its tags sorted', () => {
    expect(read(tag('b'), tag('B'), tag('é'))).toMatchObject({ state: { id: 'z1', tags: ['B', 'b', 'é'] } });
    expect(read()).toMatchObject({ state: { tags: [] } });
  });

  test.each([
    ['a tag twice', [tag('a'), tag('b'), tag('a')]],
    ['a space at an edge', [tag('a ')]],
    ['an empty tag', [tag('')]],
    ['a tag of 65 characters', [tag('t'.repeat(65))]],
    ['21 tags', Array.from({ length: 21 }, (_, n) => tag(`t${n}`))],
    ['a tag that is a number', [{ N: '1' }]],
  ])('is refused with %s', (_, tags) => {
    expect(read(...tags)).toEqual(expect.any(String));
  });
});

test('lives of an order differ in their key or in their date; those of a customer are never sure', () => {
  const state = { id: 'o', status: 'active', version: 1, orderdate: 'd', createdBy: 'k' } as const;
  expect(isSameLife(state, { ...state, version: 2, status: 'cancelled' })).toBe(true);
  expect(isSameLife(state, { ...state, createdBy: 'l' })).toBe(false);
  expect(isSameLife(state, { ...state, orderdate: 'e' })).toBe(false);
  const undated = { id: 'c', status: 'active', version: 1, createdBy: 'k' } as const;
  expect(isSameLife(undated, undated)).toBe(false);
});
