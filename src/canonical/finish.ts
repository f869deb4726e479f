// Why an answer ended: one word for everyone, and the provider's own word beside it.

export type FinishReason =
  | 'stop'
  | 'stop-sequence'
  | 'length'
  | 'context-full'
  | 'tool-calls'
  | 'refusal'
  | 'content-filter'
  | 'pause'
  | 'malformed-call'
  | 'unknown';

export interface Finish {
  readonly reason: FinishReason;
  readonly raw?: string;
  readonly stopSequence?: string;
}
