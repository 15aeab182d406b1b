/** What the Data API says of an error, in each of the forms in which it was seen. */
import { describe, expect, test } from '@jest/globals';
import { DataApiError } from '../../../db-init/data-api-error';
import { reasonOf } from '../../../db-init/migration-error';

const said = (name: string, message: string): DataApiError =>
  new DataApiError(Object.assign(new Error(message), { name }));

describe('an error of the server', () => {
  test.each([
    ['BadRequestException', "Database error code: 1146. Message: Table 'shop.t' doesn't exist"],
    ['DatabaseErrorException', "Table 'shop.t' doesn't exist; Error code: 1146; SQLState: 42S02"],
    ['DatabaseErrorException', "Table 'shop.t' doesn't exist; Error code: 1146"],
  ])('has its words and its number, from %s: %s', (name, message) => {
    expect(reasonOf(said(name, message))).toBe("Table 'shop.t' doesn't exist (errno 1146)");
  });

  test('tells its SQLSTATE where it comes with it', () => {
    expect(said('DatabaseErrorException', 'x; Error code: 1; SQLState: 42S02')).toMatchObject({ errno: 1, sqlState: '42S02' }); // prettier-ignore
    expect(said('BadRequestException', 'x; SQLState: 42S02')).toMatchObject({ message: 'x', sqlState: '42S02' });
  });

  test.each([
    ["Duplicate key name 'by_customer'; SQLState: 42000", 1061],
    ["Duplicate column name 'channel'", 1060],
    ["Can't DROP 'channel'; check that column/key exists", 1091],
    ["Can't DROP COLUMN `channel`; check that it exists", 1091],
    ['Something new', undefined],
  ])('is known by its words where no number comes: %s', (message, errno) => {
    expect(said('DatabaseErrorException', message).errno).toBe(errno);
  });
});

test('an error of the Data API itself is named', () => {
  expect(reasonOf(said('HttpEndpointNotEnabledException', 'The HTTP endpoint is not enabled'))).toBe(
    'HttpEndpointNotEnabledException: The HTTP endpoint is not enabled',
  );
});
