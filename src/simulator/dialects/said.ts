// What was said last in a conversation, whatever language it is written in: the user's words, and an answer of the model's
// that stands behind them and may be unfinished.

import type { SyntheticRequest } from '../answer.ts';

export interface Turn {
  readonly speaker: 'user' | 'model' | 'other';
  readonly text: string;
}

/** Words between these marks are to be repeated before the rest: whoever asks for the rest in words quotes the end so. */
const QUOTE = /<<<([^]*?)>>>\s*$/;

export function said(turns: readonly Turn[]): Pick<SyntheticRequest, 'lastUserText' | 'begun'> {
  const lastUserText = turns.findLast(({ speaker }) => speaker === 'user')?.text ?? '';
  const at = turns.findLastIndex(({ speaker }) => speaker === 'model');
  const asked = turns.slice(0, Math.max(at, 0)).findLast(({ speaker }) => speaker === 'user')?.text;
  const text = turns[at]?.text ?? '';
  const after = turns.slice(at + 1);
  if (asked === undefined || text === '' || after.length > 1) return { lastUserText };
  const quote = QUOTE.exec(after[0]?.text ?? '')?.[1];
  return {
    lastUserText,
    begun: { asked, text, ...(quote === undefined ? {} : { quote }), last: after.length === 0 },
  };
}
