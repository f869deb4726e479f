// Writes clew.schema.json: `node scripts/bun.mjs scripts/schema.ts`.

import { configJsonSchema, SCHEMA_FILE } from '#config/json-schema.ts';

await Bun.write(new URL(`../${SCHEMA_FILE}`, import.meta.url), configJsonSchema());
