// The body of a streamed answer. It is pulled: a client that stops reading stops the reading from the provider, so what
// is held for it stays small. Whatever way it ends, `onEnd` is called once, before the client can see the end; with what was
// thrown, should an encoder throw. Then the connection breaks off, which no client takes for an end.

import { joinBytes } from '#base/bytes.ts';
import { failure } from '#canonical/failure.ts';
import type { RunningAnswer } from '#execution/running-answer.ts';
import type { AnswerWriter } from './answer-writer.ts';

export function streamBody(
  live: RunningAnswer,
  writer: AnswerWriter,
  onEnd: (bug?: unknown) => void,
): ReadableStream<Uint8Array> {
  let ended = false;
  const end = (bug?: unknown): void => {
    if (ended) return;
    ended = true;
    onEnd(bug);
  };
  const source: Bun.UnderlyingSource<Uint8Array> = {
    async pull(controller) {
      try {
        let bytes = joinBytes(live.held().map((batch) => writer.write(batch)));
        // A chunk may hold nothing for the client; the pull is answered only once there is something to give.
        while (bytes.length === 0 && !live.over) bytes = writer.write(live.take(await live.read()));
        if (live.over) end();
        if (bytes.length > 0) controller.enqueue(bytes);
        if (!live.over) return;
        // The length was not told, so only a connection that breaks says that something is missing.
        if (writer.cut) controller.error(new Error('the answer of the provider broke off'));
        else controller.close();
      } catch (bug) {
        live.breakDown(failure('internal', 'The answer could not be written.'));
        end(bug);
        throw bug;
      }
    },
    cancel() {
      live.abandon();
      end();
    },
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}
