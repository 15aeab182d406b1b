/** The AWS services that functions call, as their API references tell. */

/** How a service is called, as its API reference tells. */
export interface AwsService {
  /** In its host name and in signatures. */
  readonly name: string;
  /** Before the operation in `X-Amz-Target`. */
  readonly target: string;
  readonly contentType: string;
  /** The variable that names another address than the region's, as the SDKs read it. */
  readonly addressVariable: string;
}

export const DYNAMODB: AwsService = {
  name: 'dynamodb',
  target: 'DynamoDB_20120810',
  contentType: 'application/x-amz-json-1.0',
  addressVariable: 'AWS_ENDPOINT_URL_DYNAMODB',
};

export const SECRETS_MANAGER: AwsService = {
  name: 'secretsmanager',
  target: 'secretsmanager',
  contentType: 'application/x-amz-json-1.1',
  addressVariable: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
};

/** Where the service is: the region's, unless the environment names another address. */
export function addressOf({ name, addressVariable }: AwsService, region: string, environment: NodeJS.ProcessEnv): URL {
  const other = environment[addressVariable] ?? environment['AWS_ENDPOINT_URL'];
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return new URL(other ?? `https://${name}.${region}.${suffix}`);
}
