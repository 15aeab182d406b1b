#!/usr/bin/env node
// Starts the command-line tool; the TypeScript is run as it is.
import { createRequire } from 'node:module';
import { register } from 'tsx/cjs/api';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'; // said by the AWS SDK on Node 20, at every start
register();
createRequire(import.meta.url)('./main.ts');
