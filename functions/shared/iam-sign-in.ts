/** Signing in to Aurora as an IAM identity: the password is a signed request to connect, made here, without any call. */
import { buildQueryString } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { awsCredentials } from './config';
import type { SignIn } from './sign-in';
import { Sha256 } from './sha256';

/** Where a token is good for, and for whom. */
export interface TokenScope {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly region: string;
}

/** Seconds in which a token lets one in; a session may last longer. */
const VALIDITY = 900;

/**
 * The presigned URL that the database takes for a password, without its `https://`:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.html
 *
 * @param environment holds the function's AWS credentials.
 * @throws Error naming those that are missing.
 */
export async function iamToken(
  { host, port, user, region }: TokenScope,
  environment: NodeJS.ProcessEnv,
  now: Date,
): Promise<string> {
  const signer = new SignatureV4({
    service: 'rds-db',
    region,
    credentials: awsCredentials(environment),
    sha256: Sha256,
  });
  const authority = `${host}:${port}`;
  const request = {
    method: 'GET',
    protocol: 'https:',
    hostname: host,
    port,
    path: '/',
    headers: { host: authority },
    query: { Action: 'connect', DBUser: user },
  };
  const { query = {} } = await signer.presign(request, { expiresIn: VALIDITY, signingDate: now });
  return `${authority}/?${buildQueryString(query)}`;
}

/** A token for each connection, by the credentials that the environment holds then. */
export const iamSignIn = (
  scope: TokenScope,
  environment: NodeJS.ProcessEnv = process.env,
  now = () => new Date(),
): SignIn => ({
  credentials: async () => ({ user: scope.user, password: await iamToken(scope, environment, now()) }),
  cleartext: true,
  advice:
    `Check that the cluster has IAM authentication enabled, that ${scope.user} was created IDENTIFIED WITH ` +
    "AWSAuthenticationPlugin AS 'RDS', and that the function's role may rds-db:connect as that user.",
});
