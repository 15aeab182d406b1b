/** Which servers are believed to be who they say: those with a certificate of a public authority, or of Amazon RDS. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { SslOptions } from 'mysql2';
import rdsCertificates from './rds-ca.pem';

/** @param authorities PEM; whose certificates are accepted, for the very host name that was asked for. */
export const trusting = (authorities: string[]): SslOptions => ({
  ca: authorities,
  rejectUnauthorized: true,
  verifyIdentity: true, // the host name: the driver does not look at it by itself
  minVersion: 'TLSv1.2',
});

let options: SslOptions | undefined;

/**
 * Node's own roots and Amazon RDS's, which are read from a file beside the bundle at the first call: most of a day's connections
 * are made by instances that have it in memory. One object for all of them, by which the driver knows to prepare it once.
 */
export const serverCertificates = (): SslOptions =>
  (options ??= trusting([...rootCertificates, readFileSync(resolve(__dirname, rdsCertificates), 'utf8')]));
