// The record of one exchange. It is made once, written to the journal before the client sees the end, and everything
// else (database row, log line, `GET /generation`) is made from the same text.

import type { NanoDollars } from '#base/money.ts';
import type { FailureCode } from '#canonical/failure.ts';
import type { Finish } from '#canonical/finish.ts';
import type { DialectId } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Usage } from '#canonical/usage.ts';

/** A price that nobody knows is `unknown`, never zero. */
export type Cost = NanoDollars | 'unknown';

export interface Generation {
  /** `gen-<unix seconds>-<20 letters and digits>`, minted when the request arrives. */
  readonly id: string;
  /** Milliseconds since 1970 when the request arrived. */
  readonly startedMs: number;
  readonly path: string;
  readonly dialect: DialectId;
  /** Name of the caller's key; null when none is asked for. */
  readonly key: string | null;
  /** What the client asked for. */
  readonly model: string;
  readonly stream: boolean;
  readonly passthrough: boolean;
  readonly snapshot: string;
  readonly attempts: readonly AttemptRecord[];
  /** The target whose answer the client got. */
  readonly target?: string;
  /** The model that answered, in the provider's words. */
  readonly answeredModel?: string;
  /** The provider's id of the answer. */
  readonly upstreamId?: string;
  readonly usage?: Usage;
  readonly cost: Cost;
  readonly priceVersion?: string;
  /** What the prompt cache saved; negative where writing it cost more. Absent where nothing was cached. */
  readonly cacheSaved?: NanoDollars;
  /** What it could have saved beyond that, at the candidate whose cache was expected to be worth most. */
  readonly cacheMissed?: NanoDollars;
  readonly finish?: Finish;
  readonly failure?: { readonly code: FailureCode; readonly message: string };
  readonly losses: readonly Loss[];
  /** Milliseconds after `startedMs`; absent when it never happened. */
  readonly firstContentMs?: number;
  readonly totalMs: number;
  readonly userAgent?: string;
  readonly referer?: string;
  /** Why the plan was as it was: routing/explanation.ts. Absent in records of before there was one. */
  readonly explanation?: object;
}

/** One call of one target. Times are milliseconds after the generation's start. */
export interface AttemptRecord {
  readonly target: string;
  readonly provider: string;
  /** Id of the credential, never the secret. */
  readonly credential?: string;
  readonly startedMs: number;
  readonly firstContentMs?: number;
  readonly endedMs: number;
  /** HTTP status of the provider's answer. */
  readonly status?: number;
  readonly failure?: FailureCode;
  /** What the call was for, where it was not simply the next one. */
  readonly as?: 'hedge' | 'continuation';
  /** Of the last attempt it stands on the generation. */
  readonly usage?: Usage;
  readonly cost?: Cost;
}
