// Where bytes pass through, a client is shown what it would be shown without Clew, be that right or wrong: each answer of its
// own language is read twice, through the gateway and from the provider itself.

import type { Case } from './recordings.ts';
import { questionOf } from './run-lane.ts';
import type { Matrix } from './server.ts';
import type { Lane, Seen } from './seen.ts';

export interface Compared {
  readonly lane: Lane;
  readonly one: Case;
  readonly throughClew: Seen;
  readonly direct: Seen;
}

/** What is shown otherwise all the same, by the recording's name: reviewed by hand. */
export const OTHERWISE: Readonly<Record<string, string>> = {
  'gpustack/rubyllm-chat-with-extended-thinking-gpustack-qwen3-streams-thinking-content-when-available':
    'The recorded stream has no end. Clew says that it broke off, where clients say it in their own way or not at all.',
  'groq/pyai-test-groq-test-tool-use-failed-error-streaming.01':
    'A stream that begins with an error gets the status of its failure, in place of the one inside the event.',
  'anthropic/vercel-anthropic-programmatic-tool-calling-1-stream':
    'Several answers were recorded as one stream. Clew ends at the first end; some clients read on.',
  'anthropic/vercel-anthropic-tool-search-regex-1-stream':
    'Several answers were recorded as one stream. Clew ends at the first end; some clients read on.',
};

const AT_ONCE = 8;

/** Without those whose bytes did not pass: another framing, manners of the client’s, something that it must be spared. */
export async function compareLane(
  lane: Lane,
  cases: readonly Case[],
  matrix: Matrix,
): Promise<readonly Compared[]> {
  const own = cases.filter(({ dialect }) => dialect === lane.language);
  const compared: Compared[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let one = own[next++]; one !== undefined; one = own[next++]) {
      const throughClew = await lane.ask(questionOf(one, matrix));
      const record = matrix.gateway.generations.findLast(({ model }) => model === one.id);
      if (record?.passthrough !== true) continue;
      const direct = await lane.ask(questionOf(one, { origin: matrix.direct }));
      compared.push({ lane, one, throughClew, direct });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return compared;
}

/** Those that are shown otherwise, and no reason says why. */
export function unexplained(compared: readonly Compared[]): readonly Compared[] {
  return compared.filter(
    ({ one, throughClew, direct }) =>
      OTHERWISE[one.recording.name] === undefined && !Bun.deepEquals(throughClew, direct),
  );
}
