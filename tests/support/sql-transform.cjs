/** Makes `import statement from './x.sql'` the file's text in tests, as esbuild's text loader does in bundles. */
module.exports = { process: (text) => ({ code: `module.exports = ${JSON.stringify(text)};` }) };
