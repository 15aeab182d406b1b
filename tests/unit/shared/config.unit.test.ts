import { describe, expect, test } from '@jest/globals';
import { databaseEnvironment, readEnvironment } from '../../../functions/shared/config';

const complete = {
  DATABASE_HOST: 'db.example.com',
  DATABASE_PORT: '3306',
  DATABASE_USER: 'order_pipeline',
  DATABASE_PASSWORD: 'secret',
  DATABASE_NAME: 'order_pipeline',
};

describe('the environment', () => {
  test('is read into typed values, other variables left out', () => {
    expect(readEnvironment(databaseEnvironment, { ...complete, HOME: '/root' })).toEqual({
      ...complete,
      DATABASE_PORT: 3306,
    });
  });

  test('names every variable that is missing or bad, and no value of it', () => {
    expect(() =>
      readEnvironment(databaseEnvironment, { DATABASE_PORT: '33o6', DATABASE_HOST: '', DATABASE_PASSWORD: 's3cret' }),
    ).toThrow(
      'The environment is not set up: DATABASE_HOST is empty; DATABASE_PORT is no port number; DATABASE_USER is missing; ' +
        'DATABASE_NAME is missing. template.yaml sets these variables.',
    );
  });

  test.each(['0', '65536', '-1', '3306 ', '1e3'])('refuses the port %j', (port) => {
    expect(() => readEnvironment(databaseEnvironment, { ...complete, DATABASE_PORT: port })).toThrow(
      'DATABASE_PORT is no port number',
    );
  });
});
