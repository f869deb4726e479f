// Asks one client about many cases, a few at a time, and judges each.

import type { Json } from '#base/json.ts';
import { judge } from './judge.ts';
import { missingIn } from './probes.ts';
import type { Case } from './recordings.ts';
import type { Matrix } from './server.ts';
import type { Lane, Question, Seen } from './seen.ts';

export interface Verdict {
  readonly lane: Lane;
  readonly one: Case;
  readonly seen: Seen;
  /** Empty: the client was shown what the provider said. */
  readonly problems: readonly string[];
}

const AT_ONCE = 8;

export async function runLane(
  lane: Lane,
  cases: readonly Case[],
  matrix: Matrix,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let one = cases[next++]; one !== undefined; one = cases[next++]) {
      const seen = await lane.ask(questionOf(one, matrix));
      const arrived = one.more === undefined ? [] : missingIn(textOf(matrix.arrived(one.id)), one);
      verdicts.push({ lane, one, seen, problems: [...arrived, ...judge(lane, one, seen)] });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return verdicts.sort((a, b) => (a.one.id < b.one.id ? -1 : 1));
}

function textOf(body: Json | undefined): string | undefined {
  return body === undefined ? undefined : JSON.stringify(body);
}

export function questionOf(
  { id, stream, expected, more }: Case,
  { origin }: Pick<Matrix, 'origin'>,
): Question {
  const tools = [...new Set(expected.toolCalls.map(({ name }) => name))];
  return { origin, model: id, stream, tools, ...(more && { more }) };
}
