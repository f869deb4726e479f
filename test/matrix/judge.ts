// What a client was shown against what the recording says, and the written reasons for what cannot be compared.

import type { Json } from '#base/json.ts';
import { differences } from '../recordings/fixtures.ts';
import type { Ending, Expected } from './expected/expected.ts';
import { unusual } from './errors.ts';
import { leftOut } from './left-out.ts';
import type { Feature } from './left-out.ts';
import type { Case } from './recordings.ts';
import type { Language, Lane, Seen, SeenCall, SeenUsage } from './seen.ts';

/** How each language says why an answer ended. */
const WORDS: Readonly<Record<Language, Readonly<Record<NonNullable<Ending> | 'unknown', string>>>> = {
  'openai-chat': {
    stop: 'stop',
    'stop-sequence': 'stop',
    length: 'length',
    'context-full': 'length',
    'tool-calls': 'tool_calls',
    refusal: 'content_filter',
    'content-filter': 'content_filter',
    pause: 'stop',
    'malformed-call': 'stop',
    unknown: 'stop',
  },
  'openai-responses': {
    stop: 'completed',
    'stop-sequence': 'completed',
    length: 'max_output_tokens',
    'context-full': 'max_output_tokens',
    'tool-calls': 'completed',
    refusal: 'content_filter',
    'content-filter': 'content_filter',
    pause: 'completed',
    'malformed-call': 'completed',
    unknown: 'completed',
  },
  'anthropic-messages': {
    stop: 'end_turn',
    'stop-sequence': 'stop_sequence',
    length: 'max_tokens',
    'context-full': 'model_context_window_exceeded',
    'tool-calls': 'tool_use',
    refusal: 'refusal',
    'content-filter': 'refusal',
    pause: 'pause_turn',
    'malformed-call': 'end_turn',
    unknown: 'end_turn',
  },
  gemini: {
    stop: 'STOP',
    'stop-sequence': 'STOP',
    length: 'MAX_TOKENS',
    'context-full': 'MAX_TOKENS',
    'tool-calls': 'STOP',
    refusal: 'SAFETY',
    'content-filter': 'SAFETY',
    pause: 'STOP',
    'malformed-call': 'MALFORMED_FUNCTION_CALL',
    unknown: 'OTHER',
  },
};

/** What a client of this library should be shown, as `finish`. Libraries that translate the word say how. */
function wordFor(lane: Lane, expected: Expected, joined: boolean): string {
  const { refusal } = expected;
  const ending = expected.ending ?? 'unknown';
  const refused = ending === 'stop' && refusal !== '' && joined;
  const word = WORDS[lane.language][refused ? 'refusal' : ending];
  return lane.finishWord?.(word, expected.toolCalls.length > 0) ?? word;
}

/** What differs, as `feature: expected ≠ seen`; nothing, when the client was shown what its provider said. */
export function judge(lane: Lane, one: Case, seen: Seen): readonly string[] {
  const { expected, dialect } = one;
  if (expected.failed !== undefined) return judgeFailure(lane, one, seen);
  if (leftOut(lane, 'answer', one) !== undefined) return [];
  if (seen.error !== undefined) return [`error: ${JSON.stringify(seen.error).slice(0, 300)}`];
  const problems: string[] = [];
  const check = (feature: Feature, wanted: Json, shown: Json): void => {
    if (leftOut(lane, feature, one) !== undefined) return;
    problems.push(...differences(wanted, shown, feature));
  };
  const joins = leftOut(lane, 'refusal apart', one) !== undefined;
  check('text', expected.text + (joins ? expected.refusal : ''), withoutNotices(lane, seen.text));
  check('reasoning', expected.reasoning, seen.reasoning);
  if (!joins) check('refusal', expected.refusal, seen.refusal);
  check('tool calls', callsFor(lane, expected) as unknown as Json, seen.toolCalls as unknown as Json);
  // Between those who speak one language the provider's own word may stay.
  const own =
    dialect === lane.language ? (lane.finishWord?.(expected.word ?? '', false) ?? expected.word) : null;
  const asSaid = own !== null && own === seen.finish;
  if (!asSaid) check('finish', wordFor(lane, expected, joins), seen.finish);
  if (expected.usage !== null) {
    for (const counter of ['input', 'output', 'cached', 'reasoning'] as const)
      check(`${counter} tokens`, known(expected.usage[counter]), known(seen.usage?.[counter]));
  }
  return problems;
}

/** The Messages API has no place for a picture or a sound in an answer; Clew says so in the text. */
function withoutNotices({ language }: Lane, text: string): string {
  if (language !== 'anthropic-messages') return text;
  return text.replaceAll(
    /\[The answer has an? \w+ (?:of type \S+ )?here, which this API cannot carry\.\]/g,
    '',
  );
}

/** Languages without custom tools know a function with one text in its place (docs/losses/). */
function callsFor({ language }: Lane, { toolCalls }: Expected): readonly SeenCall[] {
  if (language === 'openai-chat' || language === 'openai-responses') return toolCalls;
  return toolCalls.map((call) =>
    typeof call.arguments === 'string' ? { ...call, arguments: { input: call.arguments } } : call,
  );
}

/** Nothing and zero are the same to a client that adds counters up. */
function known(count: SeenUsage['input'] | undefined): number {
  return count ?? 0;
}

function judgeFailure(lane: Lane, { expected, recording }: Case, { error }: Seen): readonly string[] {
  if (error === undefined) return ['error: none was raised'];
  const status = expected.failed?.status;
  // An answer that had begun well: its error comes in the stream, or, where nothing had been shown yet, before it.
  if (status === undefined) return unusual(lane, error, true).length === 0 ? [] : unusual(lane, error, false);
  const text = JSON.stringify(recording.response.body ?? recording.response.sse);
  const wanted = statusFor(status, text, /openrouter/.test(lane.name));
  const right = wanted.includes(error.status ?? 0);
  const problems = right ? [] : [`error: ${wanted.join(' or ')} ≠ ${JSON.stringify(error)}`];
  return [...problems, ...unusual(lane, error, false)];
}

/**
 * The status that a client sees for its provider's. A refusal of Clew's own credential is not the caller's. A client that
 * repeats every 5xx for an hour is told a 4xx where only the operator can help (docs/openrouter.md).
 */
function statusFor(recorded: number, text: string, repeats: boolean): readonly number[] {
  const refused = repeats ? 404 : 502;
  const broke = repeats ? 402 : 503;
  // What the provider means stands in its words where its status is a general one.
  if (/API key not valid|Incorrect API key/.test(text)) return [refused];
  if (/exceeded your current quota/.test(text)) return [broke, 429];
  if (/tool_use_failed/.test(text)) return [502];
  if (
    recorded === 400 &&
    /model/.test(text) &&
    /is invalid|decommissioned|not exist|not supported/.test(text)
  )
    return [400, 404];
  // A filter of the provider behind a router.
  if (recorded === 403 && /usage guidelines/.test(text)) return [400];
  if ([401, 403, 407].includes(recorded)) return [refused];
  if (recorded === 402) return [broke];
  if (recorded === 429) return [429, broke];
  if ([503, 529].includes(recorded)) return [503, 529];
  // A model that cannot do what was asked is a bad request to some clients, since for them 404 is about names.
  if (recorded === 404) return [404, 400];
  if (recorded >= 500 || [408, 409, 425].includes(recorded)) return [502];
  return [recorded];
}
