/** Passwords from Secrets Manager: what a secret may hold, and when it is fetched. */
import { describe, expect, test } from '@jest/globals';
import { readSecret, secretSignIn } from '../../../functions/shared/secret-sign-in';

describe('a secret', () => {
  test.each([
    ['the password itself', 'p4ss word', { user: 'u', password: 'p4ss word' }],
    ['a password that happens to be JSON', '123456', { user: 'u', password: '123456' }],
    ['a password that only begins like JSON', '{"', { user: 'u', password: '{"' }],
    ["RDS's JSON", '{"username":"admin","password":"p","engine":"mysql"}', { user: 'admin', password: 'p' }],
    ['JSON without a user name', '{"password":"p"}', { user: 'u', password: 'p' }],
  ])('is %s', (_, secret, credentials) => {
    expect(readSecret(secret, 'u')).toEqual(credentials);
  });

  test.each([
    ['bytes', undefined],
    ['empty', ''],
    ['JSON without a password', '{"passwort":"top-secret"}'],
    ['JSON whose password is no text', '{"password":{"is":"top-secret"}}'],
    ['a list', '["top-secret"]'],
  ])('that is %s is refused without showing it', (_, secret) => {
    expect(() => readSecret(secret, 'u')).toThrow(/^it (holds no text|is JSON without a text named password)$/);
  });
});

describe('it is fetched', () => {
  test('at the first connection, kept for the next ones, and fetched again when refused', async () => {
    const passwords = ['old', 'new'];
    const fetched: string[] = [];
    const signIn = secretSignIn('arn:of-it', 'u', (arn) => {
      fetched.push(arn);
      return Promise.resolve(passwords.shift());
    });
    expect(fetched).toEqual([]);
    expect([await signIn.credentials(), await signIn.credentials()]).toMatchObject([{ password: 'old' }, { password: 'old' }]); // prettier-ignore
    expect(fetched).toEqual(['arn:of-it']);
    expect(await signIn.renewed?.()).toMatchObject({ password: 'new' });
    expect(await signIn.credentials()).toMatchObject({ password: 'new' });
    expect(fetched).toEqual(['arn:of-it', 'arn:of-it']);
  });

  test('again after a failure, which is told with the name of the secret', async () => {
    let calls = 0;
    const signIn = secretSignIn('arn:of-it', 'u', () => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('not authorized to perform GetSecretValue')) : Promise.resolve('p');
    });
    await expect(signIn.credentials()).rejects.toThrow(
      'The secret arn:of-it cannot be used: not authorized to perform GetSecretValue',
    );
    expect(await signIn.credentials()).toEqual({ user: 'u', password: 'p' });
  });
});
