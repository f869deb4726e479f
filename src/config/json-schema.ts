// The JSON Schema of clew.yaml, for editors. `scripts/schema.ts` writes it to clew.schema.json.

import { z } from 'zod';
import { configSchema } from './schema.ts';

export const SCHEMA_FILE = 'clew.schema.json';

/** The text of the file, with its last line end. */
export function configJsonSchema(): string {
  // `input`: what people write, before durations and sizes become numbers.
  const schema = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ ...schema, title: 'clew.yaml' }, null, 2)}\n`;
}
