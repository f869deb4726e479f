#!/usr/bin/env node
// `clew`: starts the gateway's program on Bun.

import { fileURLToPath } from 'node:url';
import { runBun } from './find-bun.mjs';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
runBun(import.meta.url, [main, ...process.argv.slice(2)]);
