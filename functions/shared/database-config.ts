/** From a function's environment to the database that it means. */
import type { DatabaseEnvironment } from './config';
import type { DatabaseConfig } from './database';
import { iamSignIn } from './iam-sign-in';
import { secretSignIn } from './secret-sign-in';
import { serverCertificates } from './server-certificates';
import type { SignIn } from './sign-in';

function signInBy(environment: DatabaseEnvironment): SignIn {
  const { DATABASE_HOST: host, DATABASE_PORT: port, DATABASE_USER: user } = environment;
  return environment.DATABASE_SIGN_IN === 'iam'
    ? iamSignIn({ host, port, user, region: environment.AWS_REGION })
    : secretSignIn(environment.DATABASE_SECRET_ARN, user);
}

/** Nothing is fetched, signed or read yet: connecting does. */
export const databaseConfig = (environment: DatabaseEnvironment): DatabaseConfig => ({
  DATABASE_HOST: environment.DATABASE_HOST,
  DATABASE_PORT: environment.DATABASE_PORT,
  DATABASE_NAME: environment.DATABASE_NAME,
  signIn: signInBy(environment),
  ...(environment.DATABASE_TLS === 'verify' && { tls: serverCertificates }),
});
