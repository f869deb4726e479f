// What a program can tell of an error that its client raised.

import type { SeenError } from '../seen.ts';

export function errorSeen(error: unknown): SeenError {
  if (!(error instanceof Error)) return { kind: typeof error, status: null, message: String(error) };
  const { status, statusCode } = error as { readonly status?: unknown; readonly statusCode?: unknown };
  const code = status ?? statusCode;
  return {
    kind: error.constructor.name,
    status: typeof code === 'number' ? code : null,
    message: error.message.slice(0, 300),
  };
}
