// The official client's other calls, unmodified, over a real port: twice, with bytes passing through and written anew
// wherever that can be.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import OpenAI, { toFile } from 'openai';

import { vectorOf } from '#simulator/dialects/embeddings.ts';
import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const PRICED = ['embed', 'rank', 'prompt', 'pictures', 'speak', 'hear', 'judge'];
const TEXTS = ['Ariadne', 'the thread', ''];
/** Bytes that would not survive as text, with what looks like the end of a part. */
const SOUND = Uint8Array.from({ length: 20_000 }, (_, index) => (index * 7) % 256);

describe.each([true, false])('openai, passthrough %p', (passthrough) => {
  let gateway: TestGateway;
  let client: OpenAI;

  beforeAll(async () => {
    gateway = await startTestGateway({ passthrough, priced: PRICED });
    client = new OpenAI({ baseURL: gateway.url, apiKey: 'none', maxRetries: 0 });
  });
  afterAll(async () => {
    await untilIdle(gateway);
    expect(gateway.alarms).toEqual([]);
    await gateway.stop();
  });
  const last = () => gateway.generations.at(-1);

  describe.each([
    'sim',
    'sim-openai-embeddings',
    'sim-cohere-embeddings',
    'sim-gemini-embeddings',
    'sim-ollama-embeddings',
    'sim-voyage-embeddings',
  ])('embeddings of %s', (provider) => {
    // The client asks for base64 when it is told nothing, and turns it into numbers.
    test.each([undefined, 'float', 'base64'] as const)('as %p', async (format) => {
      const { data, response } = await client.embeddings
        .create({
          model: `${provider}/embed`,
          input: TEXTS,
          ...(format === undefined ? {} : { encoding_format: format }),
        })
        .withResponse();
      expect(data.object).toBe('list');
      expect(data.data.map(({ index }) => index)).toEqual([0, 1, 2]);
      expect(data.data.map(({ embedding }) => numbersIn(embedding))).toEqual(
        TEXTS.map((text) => vectorOf(text)),
      );
      expect(data.usage).toMatchObject({ prompt_tokens: 5, total_tokens: 5 });
      expect(response.headers.get('x-clew-losses')).toBeNull();
      expect(last()).toMatchObject({
        dialect: 'openai-embeddings',
        target: `${provider}/embed`,
        passthrough: passthrough && /sim$|openai/.test(provider),
        usage: { inputTotal: 5, outputTotal: 0 },
        cost: 5_000,
        stream: false,
      });
    });

    test('of a length', async () => {
      const { data } = await client.embeddings.create({
        model: `${provider}/embed`,
        input: 'Ariadne',
        dimensions: 3,
      });
      expect(data[0]?.embedding).toEqual(vectorOf('Ariadne', 3) as number[]);
    });

    test('a length that the provider refuses', async () => {
      const asked = client.embeddings.create({ model: `${provider}/embed`, input: 'a', dimensions: 5_000 });
      expect(await refusalOf(asked)).toBeInstanceOf(OpenAI.BadRequestError);
      expect(last()).toMatchObject({ failure: { code: 'upstream_rejected' }, cost: 0 });
    });
  });

  test('vectors from a server that knows numbers only', async () => {
    const { data } = await client.embeddings.create({ model: 'sim/numbers', input: 'Ariadne' });
    expect(data[0]?.embedding).toEqual(vectorOf('Ariadne') as number[]);
    expect(last()?.passthrough).toBe(false);
  });

  test('an end user is told to whom it can be told', async () => {
    const asked = { model: 'sim-cohere-embeddings/embed', input: 'a', user: 'u' };
    const { response } = await client.embeddings.create(asked).withResponse();
    expect(response.headers.get('x-clew-losses')).toBe('user dropped');
    expect(last()?.losses).toMatchObject([{ path: 'user', did: 'dropped' }]);
  });

  test('token numbers go to targets of the same language only', async () => {
    const { data } = await client.embeddings.create({ model: 'sim/embed', input: [1, 2, 3] });
    expect(data).toHaveLength(1);
    const elsewhere = client.embeddings.create({ model: 'sim-cohere-embeddings/embed', input: [1, 2, 3] });
    expect(await refusalOf(elsewhere)).toMatchObject({
      status: 400,
      code: 'unsupported_feature',
      param: 'input',
    });
  });

  describe.each(['sim', 'sim-anthropic-messages', 'sim-gemini', 'sim-openai-responses'])(
    'completions of %s',
    (provider) => {
      test('whole', async () => {
        const answer = await client.completions.create({ model: `${provider}/prompt`, prompt: 'Once upon' });
        expect(answer.object).toBe('text_completion');
        expect(answer.choices).toHaveLength(1);
        expect(answer.choices[0]?.text).toContain('Once upon');
        expect(answer.choices[0]?.finish_reason).toBe('stop');
        expect(answer.usage?.total_tokens).toBeGreaterThan(3);
        expect(last()).toMatchObject({ dialect: 'openai-completions', target: `${provider}/prompt` });
        expect(last()?.cost).toBeGreaterThan(0);
      });

      test.each([true, false])('streamed, usage asked for: %p', async (include_usage) => {
        const stream = await client.completions.create({
          model: `${provider}/words-50`,
          prompt: 'Once upon',
          stream: true,
          max_tokens: 20,
          ...(include_usage ? { stream_options: { include_usage } } : {}),
        });
        let text = '';
        const finishes: (string | null)[] = [];
        let usage: OpenAI.CompletionUsage | undefined;
        for await (const chunk of stream) {
          text += chunk.choices[0]?.text ?? '';
          if (chunk.choices[0] !== undefined) finishes.push(chunk.choices[0].finish_reason);
          usage = chunk.usage ?? usage;
        }
        expect(text.split(' ')).toHaveLength(20);
        expect(finishes.at(-1)).toBe('length');
        expect(usage?.completion_tokens).toBe(include_usage ? 20 : (undefined as never));
        expect(last()).toMatchObject({
          stream: true,
          usage: { outputTotal: 20 },
          finish: { reason: 'length' },
        });
      });
    },
  );

  test('what no chat can do is asked of those who can, or refused with the reason', async () => {
    const { choices } = await client.completions.create({
      model: 'sim/prompt',
      prompt: ['one', 'two'],
      n: 2,
    });
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    for (const more of [
      { prompt: ['a', 'b'] },
      { prompt: [1] },
      { suffix: 's' },
      { echo: true },
      { best_of: 3 },
    ]) {
      const asked = client.completions.create({ model: 'sim-gemini/prompt', prompt: 'a', ...more });
      const param = Object.keys(more)[0] ?? '';
      expect(await refusalOf(asked)).toMatchObject({ status: 400, code: 'unsupported_feature', param });
    }
  });

  test('a moderation', async () => {
    const { results, id } = await client.moderations.create({ model: 'sim/judge', input: ['kill', 'hello'] });
    expect(results.map(({ flagged }) => flagged)).toEqual([true, false]);
    expect(last()).toMatchObject({ dialect: 'openai-moderations', upstreamId: id, cost: 'unknown' });
  });

  test('pictures', async () => {
    const { data, usage } = await client.images.generate({ model: 'sim/pictures', prompt: 'a thread', n: 2 });
    expect(data?.map(({ b64_json }) => b64_json?.slice(0, 4))).toEqual(['iVBO', 'iVBO']);
    expect(usage).toMatchObject({ input_tokens: 2, output_tokens: 20 });
    expect(last()).toMatchObject({ usage: { inputTotal: 2, outputTotal: 20 }, cost: 42_000 });
  });

  test('pictures that are not counted in tokens cost what nobody knows', async () => {
    const asked = { model: 'sim/pictures', prompt: 'a thread', response_format: 'url' } as const;
    const { data } = await client.images.generate(asked);
    expect(data?.[0]?.url).toStartWith('https://');
    expect(last()).toMatchObject({ cost: 'unknown' });
    expect(last()?.usage).toBeUndefined();
  });

  test('a picture as it is made', async () => {
    const stream = await client.images.generate({ model: 'sim/pictures', prompt: 'a thread', stream: true });
    const types: string[] = [];
    for await (const { type } of stream) types.push(type);
    expect(types).toEqual(['image_generation.partial_image', 'image_generation.completed']);
    expect(last()).toMatchObject({ stream: true, usage: { outputTotal: 10 }, cost: 22_000 });
  });

  test('a picture of a picture: a form with a file', async () => {
    const image = await toFile(SOUND, 'a.png', { type: 'image/png' });
    const { data } = await client.images.edit({ model: 'sim/pictures', prompt: 'a knot', image });
    expect(data).toHaveLength(1);
    expect(last()).toMatchObject({ dialect: 'openai-image-edits', path: '/v1/images/edits' });
    await client.images.createVariation({ model: 'sim/pictures', image });
    expect(last()).toMatchObject({ dialect: 'openai-image-variations' });
  });

  test.each(['mp3', 'wav'] as const)('speech as %s', async (format) => {
    const asked = {
      model: 'sim/speak',
      voice: 'alloy',
      input: 'Follow the thread.',
      response_format: format,
    } as const;
    const response = await client.audio.speech.create(asked);
    const sound = new Uint8Array(await response.arrayBuffer());
    expect(sound.length).toBeGreaterThan(4_000);
    expect(sound.length % 1_024).toBe(0);
    expect(response.headers.get('content-type')).toBe(format === 'mp3' ? 'audio/mpeg' : 'audio/wav');
    expect(response.headers.get('x-clew-target')).toBe('sim/speak');
    expect(last()).toMatchObject({ dialect: 'openai-speech', cost: 'unknown', passthrough: true });
  });

  test('speech as events', async () => {
    const asked = {
      model: 'sim/speak',
      voice: 'alloy',
      input: 'Follow the thread.',
      stream_format: 'sse',
    } as const;
    const response = await client.audio.speech.create(asked);
    const text = await response.text();
    expect(text).toContain('event: speech.audio.delta');
    expect(text.trimEnd()).toMatch(/"type":"speech.audio.done"[^\n]*$/);
    expect(last()).toMatchObject({ stream: true, usage: { inputTotal: 5 } });
    expect(last()?.cost).toBeGreaterThan(0);
  });

  const heard = `${SOUND.length} bytes, checksum ${Bun.hash.crc32(SOUND)}`;

  test('a transcript: the file arrives as it was', async () => {
    const file = await toFile(SOUND, 'thread.mp3');
    const { text } = await client.audio.transcriptions.create({ model: 'sim/hear', file, language: 'en' });
    expect(text).toContain(heard);
    expect(last()).toMatchObject({ dialect: 'openai-transcriptions', target: 'sim/hear', passthrough: true });
    expect(last()?.usage?.audioInput).toBeGreaterThan(0);
    expect(last()?.cost).toBeGreaterThan(0);
  });

  test('a transcript as plain text, and one with times', async () => {
    const file = await toFile(SOUND, 'thread.mp3');
    const plain = await client.audio.transcriptions.create({
      model: 'sim/hear',
      file,
      response_format: 'text',
    });
    expect(plain).toContain(heard);
    expect(last()).toMatchObject({ cost: 'unknown' });
    const asked = { model: 'sim/hear', file, response_format: 'verbose_json' } as const;
    expect((await client.audio.transcriptions.create(asked)).duration as unknown).toBe(2.5);
    expect(last()).toMatchObject({ cost: 'unknown' });
  });

  test('a transcript as it is made', async () => {
    const file = await toFile(SOUND, 'thread.mp3');
    const stream = await client.audio.transcriptions.create({ model: 'sim/hear', file, stream: true });
    let text = '';
    let done = '';
    for await (const event of stream) {
      if (event.type === 'transcript.text.delta') text += event.delta;
      if (event.type === 'transcript.text.done') done = event.text;
    }
    expect(text).toContain(heard);
    expect(done).toBe(text);
    expect(last()).toMatchObject({ stream: true });
    expect(last()?.usage?.outputTotal).toBeGreaterThan(0);
  });

  test('a translation', async () => {
    const file = await toFile(SOUND, 'faden.mp3');
    const { text } = await client.audio.translations.create({ model: 'sim/hear', file });
    expect(text).toContain(heard);
    expect(last()).toMatchObject({ dialect: 'openai-translations' });
  });

  test('an operation that no target serves', async () => {
    const asked = client.embeddings.create({ model: 'sim-anthropic-messages/hello', input: 'a' });
    expect(await refusalOf(asked)).toMatchObject({
      status: 400,
      code: 'unsupported_feature',
      param: 'model',
    });
    expect(String(await refusalOf(asked))).toContain('serves such requests: `sim-anthropic-messages/hello`');
    const chat = client.chat.completions.create({
      model: 'sim-openai-embeddings/embed',
      messages: [{ role: 'user', content: 'Hello.' }],
    });
    expect(await refusalOf(chat)).toMatchObject({ status: 400, code: 'unsupported_feature' });
  });
});

/** The client's promises begin their work when they are first asked. */
async function refusalOf(asked: PromiseLike<unknown>): Promise<unknown> {
  try {
    await asked;
    return undefined;
  } catch (error) {
    return error;
  }
}

function numbersIn(embedding: readonly number[] | string): readonly number[] {
  if (typeof embedding !== 'string') return embedding;
  const bytes = Uint8Array.fromBase64(embedding);
  return [...new Float32Array(bytes.buffer)];
}
