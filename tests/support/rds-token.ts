/** Checks an IAM token as RDS does: by making its signature again, with nothing but Node's crypto. */
import { createHash, createHmac } from 'node:crypto';

/** What the token must be good for. */
export interface TokenCheck {
  /** `host:port`, as the client was told. */
  readonly authority: string;
  readonly user: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly now: Date;
}

const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
const sha256 = (data: string): string => createHash('sha256').update(data).digest('hex');

/** `20261124T190000Z` as milliseconds. */
const milliseconds = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signatureOf(query: string, authority: string, secretAccessKey: string, date: string, scope: string): string {
  const request = ['GET', '/', query, `host:${authority}`, '', 'host', sha256('')].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(request)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return hmac(key, toSign).toString('hex');
}

/** @returns why the token is refused; undefined where it lets its user in. */
export function refusalOf(token: string, check: TokenCheck): string | undefined {
  const slash = token.indexOf('/?');
  const pairs = token
    .slice(slash + 2)
    .split('&')
    .sort();
  const unsigned = pairs.filter((pair) => !pair.startsWith('X-Amz-Signature=')).join('&');
  const query = new URLSearchParams(pairs.join('&'));
  const date = query.get('X-Amz-Date') ?? '';
  const age = check.now.getTime() - milliseconds(date);
  const scope = `${date.slice(0, 8)}/${check.region}/rds-db/aws4_request`;
  const faults: Record<string, boolean> = {
    host: token.slice(0, slash) !== check.authority,
    action: query.get('Action') !== 'connect',
    user: query.get('DBUser') !== check.user,
    scope: query.get('X-Amz-Credential') !== `${check.accessKeyId}/${scope}`,
    validity: query.get('X-Amz-Expires') !== '900',
    expired: !(age >= -1_000 && age <= 900_000),
    signature:
      query.get('X-Amz-Signature') !== signatureOf(unsigned, check.authority, check.secretAccessKey, date, scope),
  };
  return Object.keys(faults).find((fault) => faults[fault]);
}
