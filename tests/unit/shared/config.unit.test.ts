import { describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { databaseEnvironment, readEnvironment, tableEnvironment } from '../../../functions/shared/config';

const place = {
  DATABASE_HOST: 'db.example.com',
  DATABASE_PORT: '3306',
  DATABASE_USER: 'order_pipeline',
  DATABASE_NAME: 'order_pipeline',
};
const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:read-model';
const bySecret = { ...place, DATABASE_TLS: 'off', DATABASE_SIGN_IN: 'secret', DATABASE_SECRET_ARN: ARN };
const byIam = { ...place, DATABASE_TLS: 'verify', DATABASE_SIGN_IN: 'iam', AWS_REGION: 'eu-central-1' };

const read = (environment: NodeJS.ProcessEnv) => readEnvironment(databaseEnvironment, environment);

describe('the environment', () => {
  test.each([
    ['secret', bySecret],
    ['secret, encrypted', { ...bySecret, DATABASE_TLS: 'verify' }],
    ['iam', byIam],
    ['secret, at an address, not encrypted', { ...bySecret, DATABASE_HOST: '10.0.0.1' }],
  ])('for %s is read into typed values, other variables left out', (_, environment) => {
    expect(read({ ...environment, HOME: '/root' })).toEqual({ ...environment, DATABASE_PORT: 3306 });
  });

  test('names every variable that is missing or bad, and no value of it', () => {
    const environment = { DATABASE_PORT: '33o6', DATABASE_HOST: '', DATABASE_SIGN_IN: 's3cret' };
    expect(() => readEnvironment(v.intersect([databaseEnvironment, tableEnvironment]), environment)).toThrow(
      'The environment is not set up: DATABASE_HOST is empty; DATABASE_PORT is no port number; DATABASE_USER is missing; ' +
        'DATABASE_NAME is missing; DATABASE_TLS is missing; DATABASE_SIGN_IN must be iam or secret; ' +
        'ORDERS_TABLE is missing. template.yaml sets these variables, and Lambda the AWS_ ones.',
    );
  });

  test.each([
    ['iam without encryption', { ...byIam, DATABASE_TLS: 'off' }, 'DATABASE_TLS must be verify where DATABASE_SIGN_IN is iam'], // prettier-ignore
    ['iam without a region', { ...byIam, AWS_REGION: undefined }, 'AWS_REGION is missing'],
    ['secret without its name', { ...bySecret, DATABASE_SECRET_ARN: undefined }, 'DATABASE_SECRET_ARN is missing'],
    ['a certificate to verify, of an address', { ...byIam, DATABASE_HOST: '::1' }, 'DATABASE_HOST must be a host name'],
    ['another way to sign in', { ...bySecret, DATABASE_SIGN_IN: 'password' }, 'DATABASE_SIGN_IN must be iam or secret'],
    ['another kind of encryption', { ...bySecret, DATABASE_TLS: 'on' }, 'DATABASE_TLS must be verify or off'],
  ])('refuses %s', (_, environment, words) => {
    expect(() => read(environment)).toThrow(words);
  });

  test.each(['0', '65536', '-1', '3306 ', '1e3'])('refuses the port %j', (port) => {
    expect(() => read({ ...bySecret, DATABASE_PORT: port })).toThrow('DATABASE_PORT is no port number');
  });
});
