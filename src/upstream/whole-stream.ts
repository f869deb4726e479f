// An answer that came in one piece, given as a stream.

import type { AnswerStream } from '#canonical/answer.ts';
import type { ChatEvent } from '#canonical/event.ts';

export function whole(events: readonly ChatEvent[]): AnswerStream {
  return {
    read: () => Promise.resolve(undefined),
    decode: () => ({ events }),
  };
}
