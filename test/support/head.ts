// The head of a client's request, in tests.

import type { Head } from '#dialects/dialect.ts';

export function headOf(target: string, headers: Readonly<Record<string, string>> = {}): Head {
  const [path = '', query = ''] = target.split('?');
  return { path, query, header: (name) => headers[name] };
}
