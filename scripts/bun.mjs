// Bun for development, without an install of it: `node scripts/bun.mjs test src/base`.

import { runBun } from '../bin/find-bun.mjs';

runBun(import.meta.url, process.argv.slice(2));
