/** Certificates of a test's own. */
import { generate } from 'selfsigned';

/** An authority that vouches for servers. */
export interface Authority {
  /** Its own certificate, PEM. */
  readonly certificate: string;
  /** A certificate and key, PEM, for a server of that host name. */
  issue(hostName: string): Promise<{ cert: string; key: string }>;
}

const named = (value: string) => [{ name: 'commonName', value }];

export async function createAuthority(name: string): Promise<Authority> {
  const extensions = [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
  ] as const;
  const own = await generate(named(name), { keyType: 'ec', algorithm: 'sha256', extensions: [...extensions] });
  return {
    certificate: own.cert,
    async issue(hostName) {
      const leaf = await generate(named(hostName), {
        keyType: 'ec',
        algorithm: 'sha256',
        ca: { key: own.private, cert: own.cert },
        extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: hostName }] }],
      });
      return { cert: leaf.cert, key: leaf.private };
    },
  };
}
