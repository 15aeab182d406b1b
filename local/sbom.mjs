// `npm run sbom`: a CycloneDX list of what can be in the functions' bundles, written to .local/sbom.cdx.json. Node's own modules only.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const file = join(root, '.local', 'sbom.cdx.json');
const { name, dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

// npm lists everything and we take what the runtime dependencies lead to: its own --omit dev (npm 11.19) also leaves out
// what a development tool needs as well, such as the core of the AWS SDK.
const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
const sbom = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }));
const dependsOn = new Map(sbom.dependencies.map((entry) => [entry.ref, entry.dependsOn]));

const refs = (versions) => new Set(Object.entries(versions).map(([dependency, version]) => `${dependency}@${version}`));
const tools = refs(devDependencies); // such as typescript, which a runtime dependency wants beside it and not in it
const template = readFileSync(join(root, 'template.yaml'), 'utf8');
const replaced = new Set([...template.matchAll(/- ([\w-]+)=\S+\/slim\//g)].map(([, dependency]) => dependency)); // by a file of ours
const isIn = (ref) => !tools.has(ref) && !replaced.has(ref.replace(/@[^@]+$/, ''));
const bundled = refs(dependencies);
for (const ref of bundled) for (const needed of dependsOn.get(ref) ?? []) if (isIn(needed)) bundled.add(needed); // it grows while it is walked

const ours = sbom.metadata.component;
ours.name = name; // npm takes the folder's
sbom.components = sbom.components.filter((component) => bundled.has(component['bom-ref']));
sbom.dependencies = sbom.dependencies
  .filter(({ ref }) => ref === ours['bom-ref'] || bundled.has(ref))
  .map(({ ref, dependsOn: needs }) => ({ ref, dependsOn: needs.filter((needed) => bundled.has(needed)) }));

mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, JSON.stringify(sbom, undefined, 2));
console.log(`${sbom.components.length} packages: .local/sbom.cdx.json`);
