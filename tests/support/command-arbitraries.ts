/** Random commands: well-formed ones, and ones that are wrong in any field. */
import fc from 'fast-check';
import { COMMANDS } from '../../functions/shared/commands';
import type { Json, JsonObject } from './asl-definition';

const face = '😀';

/** Texts that break what was not written with care. */
const hostileTexts = [
  '',
  ' ',
  'a b',
  'é',
  'z\n',
  '\u0000',
  '\u001b[31m',
  'a\tb',
  '\ud800',
  '\udc00\ud800',
  `a${face}\udc00`,
  '1',
  'true',
  'null',
  '__proto__',
  'constructor',
  'toString',
  "'; DROP TABLE orders; --",
  "' OR '1'='1",
  '{% $states.input %}',
  "$eval('1')",
  '${OrdersTable}',
  '$.detail',
  'x'.repeat(64),
  'x'.repeat(65),
  '@'.repeat(3),
  'a@b',
  face.repeat(64),
  face.repeat(65),
  face.repeat(200),
  face.repeat(201),
  `@${face.repeat(253)}`,
  `@${face.repeat(254)}`,
];

const numbers = [0, 1, -1, 1.5, 1e-7, 1_000_000, 1_000_001, 1_000_000_000, 1_000_000_001, 2 ** 53, 2 ** 63, 1e308];

/** Any value where another was wanted: wrong types, numbers as strings, hostile texts, nested lists, nulls. */
const anything: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(...hostileTexts),
  fc.constantFrom<Json>(...numbers),
  fc.constantFrom<Json>(null, true, false, [], {}, [[]], [null], ['z1'], [1], { S: 'z1' }, { length: 3 }),
  fc.string({ unit: 'binary', maxLength: 70 }),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);

/** Mostly what a field wants, sometimes just beside it, anything, or nothing. */
const field = (good: fc.Arbitrary<Json>, near: readonly Json[], present = 16): fc.Arbitrary<Json | undefined> =>
  fc.oneof(
    { weight: present, arbitrary: good },
    { weight: 2, arbitrary: fc.constantFrom(...near) },
    { weight: 1, arbitrary: anything },
    { weight: 17 - present, arbitrary: fc.constant(undefined) },
  );

const id = fc.constantFrom<Json>('6101', 'z1', 'Z1', 'a.b_c:d-e', 'x'.repeat(64), '__proto__');
const nearId = ['', 'a b', 'é', 'z\n', 'x'.repeat(65), ['z1'], 6101];
const wholeNumber = fc.constantFrom<Json>(1, 2, 7, 1_000_000);
const nearNumber = [0, 1.5, '1', 1_000_001, 1_000_000_000, 1_000_000_001, 2 ** 63, [1]];
const line = fc.record({ itemid: id, quantity: wholeNumber });
const brokenLine = fc.oneof(
  anything,
  fc.record(
    { itemid: field(id, nearId), quantity: field(wholeNumber, nearNumber), note: anything },
    { requiredKeys: [] },
  ),
) as fc.Arbitrary<Json>;
const tag = fc.constantFrom<Json>('red', 'Red', 'for the desk', face.repeat(64), "'; --", '\u00a0nbsp', '\ttab');
const nearTag = fc.constantFrom<Json>('', '\ud83d', ' red', 'red ', ' ', face.repeat(65), ['red'], 7);

/** A list, now and then one at or over its bound, or with something wrong among its elements. */
const listOf = (good: fc.Arbitrary<Json>, bad: fc.Arbitrary<Json>, most: number): fc.Arbitrary<Json> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.array(good, { minLength: 1, maxLength: 4 }) },
    { weight: 3, arbitrary: fc.array(fc.oneof({ weight: 3, arbitrary: good }, bad), { maxLength: 6 }) },
    fc
      .tuple(fc.constantFrom(most, most + 1), fc.oneof(good, bad))
      .map(([length, one]) => Array<Json>(length).fill(one)),
  );

const fields: Readonly<Record<string, fc.Arbitrary<Json | undefined>>> = {
  command: fc.oneof(
    {
      weight: 30,
      arbitrary: fc.constantFrom(...COMMANDS),
    },
    fc.constantFrom<Json | undefined>('CreateOrder', 'createOrder ', undefined, ['createOrder']),
    anything,
  ),
  orderId: field(id, nearId),
  customerId: field(id, nearId),
  itemid: field(id, nearId),
  commandId: field(id, nearId, 6),
  expectedVersion: field(wholeNumber, nearNumber, 6),
  items: field(listOf(line, brokenLine, 100), [{}, 'z1']),
  name: field(fc.oneof(fc.constantFrom('Ada', face.repeat(200)), fc.string({ unit: 'binary', minLength: 1 })), [
    '',
    `${face}\ude00`,
    face.repeat(201),
    ['Ada'],
  ]),
  email: field(fc.constantFrom('ada@example.com', 'a@b', `@${face.repeat(253)}`), [
    'a.b',
    '\ud800@b',
    'a@b@c',
    '@@',
    `@${face.repeat(254)}`,
  ]),
  tags: field(fc.oneof(fc.constant([]), listOf(tag, fc.oneof(nearTag, anything), 20)), [{}, 'red']),
};

/** The detail of a command event as JSON carries it: what is undefined is missing. */
export const anyDetail: fc.Arbitrary<Json> = fc
  .oneof(
    { weight: 40, arbitrary: fc.tuple(fc.record(fields), fc.dictionary(fc.string(), anything, { maxKeys: 2 })) },
    anything,
  )
  .map((made) => JSON.parse(JSON.stringify(isPair(made) ? { ...made[1], ...made[0] } : made)) as Json);

const isPair = (made: unknown): made is [JsonObject, JsonObject] =>
  Array.isArray(made) && made.length === 2 && typeof made[0] === 'object' && typeof made[1] === 'object';
