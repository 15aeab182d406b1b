/** What stands in the bundles for libraries, beside those. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as iconv from 'iconv-lite';
import Long from 'long';
import * as encodings from 'mysql2';
import { getDecoder, getEncoder } from '../../../functions/shared/slim/iconv-lite';
import isProperty from '../../../functions/shared/slim/is-property';
import SlimLong from '../../../functions/shared/slim/long';

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 });

test('whole numbers of 64 bits are read as by long', () => {
  fc.assert(
    fc.property(int32, int32, fc.boolean(), (low, high, unsigned) => {
      const [slim, whole] = [new SlimLong(low, high, unsigned), new Long(low, high, unsigned)];
      expect(slim.toString()).toBe(whole.toString());
      expect(slim.toNumber()).toBe(whole.toNumber());
    }),
  );
});

describe('character sets', () => {
  test('old utf8 is read as by iconv-lite, as far as MySQL has it: no character beyond U+FFFF', () => {
    const characters = fc.string({ unit: 'binary' }).filter((text) => !/[\u{10000}-\u{10ffff}]/u.test(text));
    fc.assert(
      fc.property(characters, (text) => {
        const bytes = iconv.encode(text, 'cesu8');
        const decoder = getDecoder('cesu8');
        expect(decoder.write(bytes)).toBe(iconv.decode(bytes, 'cesu8', { stripBOM: false }));
        expect(decoder.end()).toBeUndefined();
      }),
    );
  });

  test('every set that mysql2 knows is Node’s own, old utf8, or refused', () => {
    const { CharsetToEncoding } = encodings as unknown as { CharsetToEncoding: readonly (string | undefined)[] };
    const asked = [...new Set(CharsetToEncoding)].filter((name) => name !== undefined && !Buffer.isEncoding(name));
    expect(asked).toContain('cesu8');
    expect(asked.length).toBeGreaterThan(20);
    for (const name of asked.filter((one) => one !== 'cesu8')) {
      expect(() => getDecoder(name ?? '')).toThrow(`The database speaks ${name}, which is left out of this bundle`);
    }
    expect(() => getEncoder('cesu8')).toThrow('cesu8');
  });
});

test.each([
  ['orderid', true],
  ['_x9', true],
  ['9x', false],
  ['COUNT(*)', false],
  ['naïve', false],
  ['', false],
])('whether %p can follow a dot: %p', (name, answer) => {
  expect(isProperty(name)).toBe(answer);
});
