// How the single executable begins. Bun reads its limit on HTTP requests at once from the environment before any code
// runs, and 256 is too few for a router: the executable starts itself once more in place, with the limit raised, as
// bin/find-bun.mjs does for the package. The process keeps its id, terminal and signals.

import process from 'node:process';

const REQUESTS_VARIABLE = 'BUN_CONFIG_MAX_HTTP_REQUESTS';
const REQUESTS_MAX = '65336';

if (process.env[REQUESTS_VARIABLE] === undefined && process.execve !== undefined) {
  process.execve(process.execPath, [process.execPath, ...process.argv.slice(2)], {
    ...process.env,
    [REQUESTS_VARIABLE]: REQUESTS_MAX,
  });
}
await import('../src/main.ts');
