// What a client cannot be shown, each with its reason: reviewed by hand. A row that nothing needs fails the whole run.

import { asArray, asObject } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import type { Case } from './recordings.ts';
import type { Lane } from './seen.ts';

export type Feature =
  /** All of the answer. */
  | 'answer'
  | 'text'
  | 'reasoning'
  | 'refusal'
  /** Whether a refusal is told from a text at all: where this is left out, it is read in the text. */
  | 'refusal apart'
  | 'tool calls'
  | 'finish'
  | 'input tokens'
  | 'output tokens'
  | 'cached tokens'
  | 'reasoning tokens';

export interface LeftOut {
  /** Languages, and names of clients. Absent: all. */
  readonly of?: readonly string[];
  readonly features: readonly Feature[];
  /** Absent: always. */
  readonly when?: (one: Case) => boolean;
  readonly why: string;
}

/** Those that run the pieces of several answers together too. */
const PYTHON_HELPERS = ['python openai chat, helper', 'python google genai, helper'];

/** Those to whom Clew speaks in OpenRouter's manners: nothing passes as it is. */
const IN_MANNERS = ['openrouter', 'ai + openrouter'];

export const LEFT_OUT: readonly LeftOut[] = [
  {
    of: ['anthropic-messages', 'gemini'],
    features: ['refusal apart'],
    why: 'The language has no part for refusals: they are text, and the answer ends with `refusal` or `SAFETY`.',
  },
  {
    of: ['ai + openai chat', 'ai + openai responses'],
    features: ['refusal apart'],
    why: 'The library shows a refusal as a text that was filtered.',
  },
  {
    of: ['openai-responses', 'anthropic-messages', 'gemini', ...IN_MANNERS],
    features: ['cached tokens'],
    when: ({ expected: { usage } }) => usage !== null && (usage.cached ?? 0) > (usage.input ?? 0),
    why: 'The provider counts more cached tokens than tokens of the whole prompt; Clew shows at most the prompt.',
  },
  {
    of: ['openai-responses', 'anthropic-messages', 'gemini', ...IN_MANNERS],
    features: ['reasoning tokens'],
    when: ({ expected: { usage } }) => usage !== null && (usage.reasoning ?? 0) > (usage.output ?? 0),
    why: 'The provider counts more tokens of reasoning than tokens of the answer; Clew shows at most the answer.',
  },
  {
    features: ['text', 'reasoning'],
    when: ({ recording: { api, response } }) =>
      api === 'openai.responses' && response.sse_elided !== undefined,
    why: 'Pieces were cut out of the recorded stream, so that its pieces and its last event say different things.',
  },
  {
    of: ['openai-chat'],
    features: ['output tokens'],
    when: ({ dialect, recording, expected: { usage } }) =>
      dialect === 'openai-chat' && recording.provider === 'xai' && (usage?.reasoning ?? 0) > 0,
    why: 'Between two that speak Chat Completions a report of usage goes through as it is; xAI counts reasoning beside the completion, and its sum says so.',
  },
  {
    of: ['ai + openai chat'],
    features: ['reasoning'],
    why: 'The library reads no reasoning from Chat Completions.',
  },
  {
    of: ['ai + openai chat', 'ai + openrouter', 'openrouter'],
    features: ['tool calls', 'finish'],
    when: (one) => messageOf(one)?.['function_call'] !== undefined,
    why: 'The library cannot ask for the older form of calls, and shows none.',
  },
  {
    of: ['ai + openai chat'],
    features: ['answer'],
    when: (one) => JSON.stringify(messageOf(one)?.['tool_calls'] ?? []).includes('"type":"custom"'),
    why: 'The library cannot declare custom tools in Chat Completions, and refuses an answer that calls one.',
  },
  {
    of: ['ai + openai chat'],
    features: ['answer'],
    when: (one) => JSON.stringify(messageOf(one)?.['annotations'] ?? []).includes('"type":"file"'),
    why: 'OpenRouter tells of files that it read in annotations of its own, which go through as they are between two that speak Chat Completions; the library refuses them.',
  },
  {
    of: ['openai-responses'],
    features: ['tool calls', 'finish'],
    when: (one) => answerText(one).includes('"xs_call_'),
    why: 'Between two that speak Responses items go through as they are; xAI tells its own searches as calls of custom tools.',
  },
  {
    of: ['ai + openai chat', 'ai + google', 'ai + openrouter', ...PYTHON_HELPERS],
    features: ['answer'],
    when: ({ dialect, stream, recording }) =>
      dialect === 'openai-chat' && stream && recording.features.includes('n_choices'),
    why: 'The library cannot ask for several answers, and runs those of a stream together.',
  },
  {
    of: ['ai + openai chat'],
    features: ['text'],
    when: (one) => asObject(messageOf(one)?.['audio'])?.['transcript'] !== undefined,
    why: 'The library shows what a sound says as text.',
  },
  {
    of: ['ai + openrouter'],
    features: ['refusal'],
    why: 'The library shows no refusals.',
  },
  {
    of: ['ai + openrouter'],
    features: ['reasoning'],
    when: ({ stream, expected }) => stream && expected.text.startsWith('\n'),
    why: 'The library drops reasoning that follows a piece of text, though it be a line end.',
  },
  {
    of: ['ai + anthropic'],
    features: ['text', 'input tokens', 'output tokens'],
    when: ({ dialect, recording }) =>
      dialect === 'anthropic-messages' && recording.features.includes('compaction'),
    why: 'The library shows the summary of a folded history as text, and adds up what folding it cost.',
  },
  {
    of: ['ai + openai responses'],
    features: ['tool calls', 'finish'],
    when: (one) => /"type":"(?:apply_patch_call|local_shell_call|tool_search_call)"/.test(answerText(one)),
    why: 'The library shows hosted tools that the client runs as calls of tools.',
  },
  {
    of: ['ai + openai responses'],
    features: ['reasoning'],
    when: (one) => one.dialect === 'openai-responses' && answerText(one).includes('"reasoning_text"'),
    why: 'The library shows summaries of reasoning and no other.',
  },
  {
    of: ['ai + openai responses'],
    features: ['answer'],
    when: (one) => isForeignToLibrary(answerText(one)),
    why: 'The library refuses items of hosted tools as xAI writes them; between two that speak Responses they go through as they are.',
  },
];

function messageOf({ recording }: Case): JsonObject | undefined {
  if (recording.api !== 'openai.chat') return undefined;
  const choices = asArray(asObject(recording.response.body)?.['choices']);
  return asObject(asObject(choices?.[0])?.['message']);
}

function answerText({ recording: { api, response } }: Case): string {
  if (api !== 'openai.responses') return '';
  return JSON.stringify(response.body ?? '') + (response.sse ?? []).map(({ data }) => data ?? '').join('\n');
}

/** A call of the interpreter without its code, and a search's results with other members than OpenAI's. */
function isForeignToLibrary(text: string): boolean {
  return text.includes('"name":"code_execution"') || text.includes('"id":"fs_123"');
}

const used = new Set<LeftOut>();

/** The reason why this is not compared; undefined where it is. */
export function leftOut(lane: Lane, feature: Feature, one: Case): string | undefined {
  const row = LEFT_OUT.find(
    ({ of, features, when }) =>
      features.includes(feature) &&
      (of === undefined || of.includes(lane.language) || of.includes(lane.name)) &&
      (when?.(one) ?? true),
  );
  if (row !== undefined) used.add(row);
  return row?.why;
}

/** Rows that were never needed since the process began. */
export function idleRows(): readonly LeftOut[] {
  return LEFT_OUT.filter((row) => !used.has(row));
}
