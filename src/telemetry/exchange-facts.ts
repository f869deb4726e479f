// What telemetry needs to know of an exchange: the part of a generation that is counted. A generation is one of these.

import type { NanoDollars } from '#base/money.ts';

export interface ExchangeFacts {
  readonly path: string;
  readonly model: string;
  /** The target whose answer the client got. */
  readonly target?: string;
  readonly attempts: readonly AttemptFacts[];
  readonly usage?: { readonly inputTotal: number; readonly outputTotal: number };
  readonly cost: NanoDollars | 'unknown';
  readonly cacheSaved?: NanoDollars;
  readonly cacheMissed?: NanoDollars;
  readonly failure?: { readonly code: string };
  /** Milliseconds after the start. */
  readonly firstContentMs?: number;
  readonly totalMs: number;
}

export interface AttemptFacts {
  readonly target: string;
  readonly failure?: string;
}
