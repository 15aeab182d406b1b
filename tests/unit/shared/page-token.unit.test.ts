import { describe, expect, test } from '@jest/globals';
import { readToken, writeToken } from '../../../functions/shared/page-token';

describe('a page token', () => {
  const scope = ['monthlySalesByItem', { itemid: 'z3333' }];

  test('leads back to the position it was written for', () => {
    expect(readToken(scope, writeToken(scope, '2022-10-01'))).toBe('2022-10-01');
  });

  test('is safe in a URL and in a shell', () => {
    expect(writeToken(scope, '>>>???~~~')).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  test.each([
    ['another query', ['itemsSalesReport', { itemid: 'z3333' }]],
    ['the same query for another item', ['monthlySalesByItem', { itemid: 'z4444' }]],
  ])('does not continue %s', (_, other) => {
    expect(readToken(other, writeToken(scope, '2022-10-01'))).toBeUndefined();
  });

  test.each([
    '',
    '%%%',
    'bnVsbA',
    Buffer.from('{"a":1}').toString('base64url'),
    Buffer.from('[1').toString('base64url'),
  ])('is not %j', (token) => {
    expect(readToken(scope, token)).toBeUndefined();
  });

  test('carries a position that is text', () => {
    const forged = Buffer.from(JSON.stringify([scope, { toSqlString: 'DROP TABLE orders' }])).toString('base64url');
    expect(readToken(scope, forged)).toBeUndefined();
  });
});
