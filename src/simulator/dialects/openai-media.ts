// The provider side of moderation, pictures, speech and transcripts.

import { asNumber, asString, type Json, type JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { SyntheticAnswer, SyntheticRequest } from '../answer.ts';
import type { AnswerEvent, BytesAnswer, SimulatedDialect } from './dialect.ts';
import { asked, event, PLAIN, said, textsIn } from './operation.ts';

/** A picture of one point. */
const PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
const PICTURE_TOKENS = 10;
const BLOCK_BYTES = 1_024;
const SAMPLES_MAX = 1_000;

/** As many words as the model's name says; the text that is read stands in `field`. */
function reads(field: string, maxTokens = 0): SimulatedDialect['readRequest'] {
  return (body, model) => {
    const text = textsIn(body[field])?.join('');
    if (text === undefined) return err({ field, message: `${field} is missing.` });
    return ok(asked({ model, fields: body, text, stream: wantsStream(body), maxTokens }));
  };
}

function wantsStream(body: JsonObject): boolean {
  return body['stream'] === true || body['stream'] === 'true' || body['stream_format'] === 'sse';
}

export const openaiModerations = {
  ...PLAIN,
  id: 'openai-moderations',
  answers: (path) => path.endsWith('/moderations'),
  readRequest: reads('input'),
  unary: (answer, { fields }) => ({
    id: `modr-${answer.id}`,
    model: answer.model,
    results: (textsIn(fields?.['input']) ?? []).map((text) => {
      const flagged = text.includes('kill');
      return {
        flagged,
        categories: { violence: flagged },
        category_scores: { violence: flagged ? 0.9 : 0.1 },
      };
    }),
  }),
} satisfies SimulatedDialect;

/** Asked for addresses it bills by the picture and reports nothing; asked for pictures it counts tokens, as the newer do. */
export const openaiImages = {
  ...PLAIN,
  id: 'openai-images',
  answers: (path) => /\/images\/(?:generations|edits|variations)$/.test(path),
  readRequest: (body, model, path) =>
    path.endsWith('/variations')
      ? ok(asked({ model, fields: body, text: asString(body['image']) ?? '' }))
      : reads('prompt')(body, model, path),
  unary: ({ createdSec }, request) => ({
    created: createdSec,
    data: Array.from({ length: picturesIn(request) }, () => pictureIn(request)),
    ...(asksForUrl(request) ? {} : { usage: pictureUsage(request) }),
  }),
  stream: function* (
    _answer: SyntheticAnswer,
    request: SyntheticRequest,
  ): Generator<AnswerEvent, void, void> {
    const type = (what: string): string => `image_generation.${what}`;
    yield event({ type: type('partial_image'), partial_image_index: 0, b64_json: PICTURE }, 'content', 1);
    yield event({ type: type('completed'), b64_json: PICTURE, usage: pictureUsage(request) }, 'finish');
  },
} satisfies SimulatedDialect;

function picturesIn({ fields }: SyntheticRequest): number {
  return Math.min(Number(fields?.['n'] ?? 1) || 1, SAMPLES_MAX);
}

function asksForUrl({ fields }: SyntheticRequest): boolean {
  return fields?.['response_format'] === 'url';
}

function pictureIn(request: SyntheticRequest): Json {
  return asksForUrl(request) ? { url: 'https://pictures.example/1.png' } : { b64_json: PICTURE };
}

function pictureUsage(request: SyntheticRequest): JsonObject {
  const output = picturesIn(request) * PICTURE_TOKENS;
  return {
    input_tokens: request.promptTokens,
    input_tokens_details: { text_tokens: request.promptTokens, image_tokens: 0 },
    output_tokens: output,
    total_tokens: request.promptTokens + output,
  };
}

/** A block for each piece of what a chat would say. Its length is told for `wav` only. */
export const openaiSpeech = {
  ...PLAIN,
  id: 'openai-speech',
  answers: (path) => path.endsWith('/audio/speech'),
  readRequest: reads('input', 1_000_000),
  unary: () => ({}),
  bytes: (answer, { fields }): BytesAnswer => {
    const format = asString(fields?.['response_format']) ?? 'mp3';
    const type = format === 'mp3' ? 'audio/mpeg' : `audio/${format}`;
    return { type, blocks: soundsIn(answer), sized: format === 'wav' };
  },
  stream: function* (answer: SyntheticAnswer, request: SyntheticRequest): Generator<AnswerEvent, void, void> {
    for (const block of soundsIn(answer)) {
      const audio = Buffer.from(block).toString('base64');
      yield event({ type: 'speech.audio.delta', audio }, 'content', 1);
    }
    const usage = { input_tokens: request.promptTokens, output_tokens: soundsIn(answer).length };
    const total = usage.input_tokens + usage.output_tokens;
    yield event({ type: 'speech.audio.done', usage: { ...usage, total_tokens: total } }, 'finish');
  },
} satisfies SimulatedDialect;

function soundsIn({ choices }: SyntheticAnswer): readonly Uint8Array[] {
  const pieces = choices[0]?.text ?? [];
  return pieces.map((piece, index) =>
    new Uint8Array(BLOCK_BYTES).fill((Bun.hash.crc32(piece) + index) % 256),
  );
}

/** Says what it heard: how long the file is, and its checksum. */
export const openaiTranscriptions = {
  ...PLAIN,
  id: 'openai-transcriptions',
  answers: (path) => /\/audio\/(?:transcriptions|translations)$/.test(path),
  readRequest: reads('file', 1_000_000),
  unary: (answer, request) => ({
    text: said(answer),
    ...(isVerbose(request)
      ? { duration: 2.5, language: 'english', usage: { type: 'duration', seconds: 3 } }
      : { usage: heardUsage(answer, request) }),
  }),
  bytes: (answer, { fields }): BytesAnswer | undefined => {
    const format = asString(fields?.['response_format']) ?? 'json';
    if (format === 'json' || format === 'verbose_json') return undefined;
    return { type: 'text/plain; charset=utf-8', blocks: [Buffer.from(said(answer))], sized: true };
  },
  stream: function* (answer: SyntheticAnswer, request: SyntheticRequest): Generator<AnswerEvent, void, void> {
    for (const delta of answer.choices[0]?.text ?? []) {
      yield event({ type: 'transcript.text.delta', delta }, 'content', 1);
    }
    const usage = heardUsage(answer, request);
    yield event({ type: 'transcript.text.done', text: said(answer), usage }, 'finish');
  },
} satisfies SimulatedDialect;

function isVerbose({ fields }: SyntheticRequest): boolean {
  return fields?.['response_format'] === 'verbose_json';
}

function heardUsage({ usage }: SyntheticAnswer, { promptTokens, fields }: SyntheticRequest): JsonObject {
  const output = asNumber(usage?.outputTokens) ?? 0;
  const prompt = asString(fields?.['prompt']) === undefined ? 0 : 1;
  return {
    type: 'tokens',
    input_tokens: promptTokens,
    input_token_details: { text_tokens: prompt, audio_tokens: promptTokens - prompt },
    output_tokens: output,
    total_tokens: promptTokens + output,
  };
}
