// A recording becomes what every client should be shown of it.

import { EventStreamCodec } from '@smithy/eventstream-codec';

import { toBytes } from '#base/bytes.ts';
import { asObject, asString, parseJson } from '#base/json.ts';
import type { Recording } from '../../recordings/fixtures.ts';
import { anthropicMessages } from './anthropic-messages.ts';
import { bedrockConverse } from './bedrock-converse.ts';
import { cohere } from './cohere.ts';
import { eventsOf, NOTHING } from './expected.ts';
import type { ApiReader, Expected, StreamEvent } from './expected.ts';
import { gemini } from './gemini.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';

/** By the name of the API in the recordings: its reader, and the dialect in which Clew speaks it. */
export const APIS: Readonly<Record<string, { readonly reader: ApiReader; readonly dialect: string }>> = {
  'openai.chat': { reader: openaiChat, dialect: 'openai-chat' },
  'mistral.chat': { reader: openaiChat, dialect: 'openai-chat' },
  'openai.responses': { reader: openaiResponses, dialect: 'openai-responses' },
  'anthropic.messages': { reader: anthropicMessages, dialect: 'anthropic-messages' },
  'gemini.generateContent': { reader: gemini, dialect: 'gemini' },
  'bedrock.converse': { reader: bedrockConverse, dialect: 'bedrock-converse' },
  'cohere.v2.chat': { reader: cohere, dialect: 'cohere' },
};

/** These write thoughts between tags at the beginning of their text; clients are shown them apart. */
const TAGGED: ReadonlySet<string> = new Set(['huggingface', 'perplexity']);

export function expectedOf(recording: Recording): Expected {
  const expected = readAsItIs(recording);
  const [whole, thought] = /^\s*<think>\n?([^]*?)\n?(?:<\/think>\s*|$)/.exec(expected.text) ?? [];
  if (whole === undefined || thought === undefined || !TAGGED.has(recording.provider)) return expected;
  return { ...expected, reasoning: expected.reasoning + thought, text: expected.text.slice(whole.length) };
}

function readAsItIs(recording: Recording): Expected {
  const reader = APIS[recording.api]?.reader;
  const { status, sse, eventstream_base64: framed, body } = recording.response;
  if (reader === undefined || status >= 400) return { ...NOTHING, failed: { status } };
  if (sse !== undefined) return withoutTags(reader.stream(eventsOf(recording)), recording);
  if (framed !== undefined) return reader.stream(unframed(Uint8Array.fromBase64(framed)));
  return withoutTags(reader.whole(body ?? null), recording);
}

/** Two providers write a model's thoughts into the text, between tags at its beginning. */
function withoutTags(said: Expected, { provider }: Recording): Expected {
  if (provider !== 'huggingface' && provider !== 'perplexity') return said;
  const [whole, thought] = /^\s*<think>\s*([^]*?)\s*(?:<\/think>\s*|$)/.exec(said.text) ?? [];
  if (whole === undefined || thought === undefined) return said;
  return { ...said, text: said.text.slice(whole.length), reasoning: thought };
}

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes)),
  (text) => toBytes(text),
);

/** AWS event streams, by AWS's own codec. An event of another API may stand inside, in base 64. */
function unframed(bytes: Uint8Array): readonly StreamEvent[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const events: StreamEvent[] = [];
  for (let at = 0; at < bytes.length; at += view.getUint32(at)) {
    const { headers, body } = codec.decode(bytes.subarray(at, at + view.getUint32(at)));
    const data = parseJson(new TextDecoder().decode(body)) ?? null;
    const inner = asString(asObject(data)?.['bytes']);
    const name = headers[':event-type']?.value ?? headers[':exception-type']?.value ?? '';
    events.push({
      name: String(name),
      data: inner === undefined ? data : (parseJson(Buffer.from(inner, 'base64').toString()) ?? null),
    });
  }
  return events;
}
