// The body of a streamed answer. It is pulled: a client that stops reading stops the reading from the provider, so what
// is held for it stays small. Whatever way it ends, `onEnd` is called once, before the client can see the end; with what was
// thrown, should an encoder throw. Then the connection breaks off, which no client takes for an end.

import { joinBytes } from '#base/bytes.ts';
import { turnsEnd } from '#base/turns-end.ts';
import { failure } from '#canonical/failure.ts';
import type { RunningAnswer } from '#execution/running-answer.ts';
import type { AnswerWriter } from './answer-writer.ts';
import type { Pulse } from './pulse.ts';

export interface BodySource {
  readonly live: RunningAnswer;
  readonly writer: Pick<AnswerWriter, 'write' | 'cut'>;
  readonly onEnd: (bug?: unknown) => void;
}

/** `coming` is the source, or the promise of it where the client was not left without an answer for so long. */
export function streamBody(
  coming: BodySource | Promise<BodySource>,
  pulse?: Pulse,
): ReadableStream<Uint8Array> {
  let source = coming instanceof Promise ? undefined : coming;
  let ended = false;
  const end = ({ onEnd }: BodySource, bug?: unknown): void => {
    pulse?.stop();
    if (ended) return;
    ended = true;
    onEnd(bug);
  };
  const leave = (left: BodySource): void => {
    left.live.abandon();
    end(left);
  };
  const body: Bun.UnderlyingSource<Uint8Array> = {
    async pull(controller) {
      pulse?.wait(controller);
      source ??= await coming;
      if (ended) return;
      const { live, writer } = source;
      try {
        let bytes = joinBytes(live.held().map((batch) => writer.write(batch)));
        // A chunk may hold nothing for the client; the pull is answered only once there is something to give.
        while (bytes.length === 0 && !live.over) bytes = writer.write(live.take(await live.read()));
        await turnsEnd();
        if (ended) return;
        pulse?.given();
        if (live.over) end(source);
        if (bytes.length > 0) controller.enqueue(bytes);
        if (!live.over) return;
        // The length was not told, so only a connection that breaks says that something is missing.
        if (writer.cut) controller.error(new Error('the answer of the provider broke off'));
        else controller.close();
      } catch (bug) {
        live.breakDown(failure('internal', 'The answer could not be written.'));
        end(source, bug);
        throw bug;
      }
    },
    async cancel() {
      pulse?.stop();
      if (source === undefined) leave(await coming);
      else leave(source);
    },
  };
  return new ReadableStream(body, { highWaterMark: 0 });
}
