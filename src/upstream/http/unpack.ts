// Answers whose bodies are packed, as their heads say.

import type { StopSignal } from '#base/stop.ts';
import { networkFailure } from '../network-failure.ts';
import type { HttpAnswer } from './answer.ts';
import { PlatformAnswer } from './platform-answer.ts';

/** What we say that we take. */
export const PACKINGS = 'gzip, deflate, br, zstd';

type Format = ConstructorParameters<typeof DecompressionStream>[0];

const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'brotli'],
  ['zstd', 'zstd'],
]);

/** The very answer that was given, where it is not packed, or in a way that nobody here knows. */
export function unpacked(answer: HttpAnswer, signal: StopSignal): HttpAnswer {
  const coding = answer.header('content-encoding');
  const format = coding === undefined ? undefined : FORMATS.get(coding.toLowerCase());
  if (format === undefined) return answer;
  const body = packedBody(answer).pipeThrough(new DecompressionStream(format));
  const { status, header } = answer;
  // Only what came whole can be packed badly.
  const explain = (): ReturnType<typeof networkFailure> =>
    answer.broken ?? networkFailure({ code: 'DECOMPRESS' }, signal);
  return new PlatformAnswer({ status, header, body, explain });
}

function packedBody(answer: HttpAnswer): ReadableStream<Bun.BufferSource> {
  return new ReadableStream<Bun.BufferSource>({
    async pull(controller) {
      const bytes = await answer.read();
      if (bytes !== undefined) controller.enqueue(bytes);
      else if (answer.broken === undefined) controller.close();
      else controller.error(answer.broken);
    },
    cancel: () => answer.cancel(),
  });
}
