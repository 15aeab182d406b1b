/** Makes `import path from './x.pem'` the file's path in tests, as esbuild's file loader does in bundles. */
module.exports = { process: (_text, path) => ({ code: `module.exports = ${JSON.stringify(path)};` }) };
