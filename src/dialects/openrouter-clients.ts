// Which clients are OpenRouter's, whatever language they speak.

import type { Head } from './dialect.ts';

/** OpenRouter's base path; at another one its clients are known by their names and headers. */
const BASE = '/api/v1/';

export function isOpenRouterClient(head: Head): boolean {
  if (head.path.startsWith(BASE)) return true;
  if (head.header('x-openrouter-title') !== undefined) return true;
  return head.header('user-agent')?.includes('openrouter') === true;
}
