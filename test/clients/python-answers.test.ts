// The official Python clients, unmodified, over a real port: to a provider of their own language with bytes passing through
// and the canonical way, and to one of another. What they are shown is the same whether it is asked for whole, read event
// by event, or gathered by the client's own helper.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import type { JsonObject } from '#base/json.ts';
import { startTestGateway, until, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { PYTHON_START_MS, skipsPython, startPythonLane } from '../support/python-lane.ts';
import type { PythonCase, PythonClient, PythonLane, PythonSeen } from '../support/python-lane.ts';
import { WORDS } from '../support/python-words.ts';

const HOWS = ['whole', 'stream', 'helper'] as const;
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';

/** The provider of the client's own language, and another. */
const ROWS: readonly (readonly [PythonClient, string, boolean])[] = [
  ['openai-chat', 'sim', true],
  ['openai-chat', 'sim', false],
  ['openai-chat', 'sim-gemini', true],
  ['openai-responses', 'sim-openai-responses', true],
  ['openai-responses', 'sim-openai-responses', false],
  ['openai-responses', 'sim', true],
  ['anthropic', 'sim-anthropic-messages', true],
  ['anthropic', 'sim-anthropic-messages', false],
  ['anthropic', 'sim', true],
  ['google-genai', 'sim-gemini', true],
  ['google-genai', 'sim-gemini', false],
  ['google-genai', 'sim', true],
];
const OWN: Readonly<Record<PythonClient, string>> = {
  'openai-chat': 'sim',
  'openai-responses': 'sim-openai-responses',
  anthropic: 'sim-anthropic-messages',
  'google-genai': 'sim-gemini',
};

const skips = skipsPython('test/clients/python-answers');
let lane: PythonLane;

// Skipped without the Python clients, which is said aloud; under CI=true that fails.
describe.skipIf(skips)('the official Python clients', () => {
  beforeAll(async () => {
    lane = await startPythonLane();
  }, PYTHON_START_MS);
  afterAll(() => lane.stop());

  describe.each(ROWS)('%s to %s, passthrough %p', (client, provider, passthrough) => {
    const words = WORDS[client];
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await startTestGateway({ passthrough });
    });
    afterAll(() => gateway.stop());

    const ask = (model: string, asked: Partial<PythonCase> = {}): Promise<PythonSeen> =>
      lane.ask({
        client,
        base_url: gateway.url.replace(/\/v1$/, ''),
        model: `${provider}/${model}`,
        how: 'whole',
        ...asked,
      });
    /** The same answer in each way of reading it; ids aside, which are new each time where a language has none. */
    const askEachWay = async (model: string, more: JsonObject = {}): Promise<PythonSeen> => {
      const [whole, ...others] = await Promise.all(HOWS.map((how) => ask(model, { how, more })));
      const same = ({ calls, usage, ...rest }: PythonSeen): unknown => ({
        ...rest,
        usage: usage && [usage.input, usage.output, usage.reasoning ?? 0, usage.cached ?? 0],
        calls: calls.map((call) => [call.name, call.arguments]),
      });
      if (whole === undefined) throw new Error('nothing seen');
      expect(whole.raised).toBeNull();
      for (const other of others) expect(same(other)).toEqual(same(whole) as never);
      return whole;
    };

    test('an answer, its counts and its record', async () => {
      const seen = await ask('hello');
      expect(seen).toMatchObject({ finish: words.stop, refusal: '', calls: [], raised: null });
      expect(seen.text).toContain('Say hello.');
      const { input, output, total } = seen.usage ?? {};
      expect([input, output].every((count) => (count ?? 0) > 3)).toBe(true);
      if (total !== null) expect(total).toBe((input ?? 0) + (output ?? 0));
      const record = gateway.generations.at(-1);
      expect(record).toMatchObject({
        passthrough: passthrough && provider === OWN[client],
        finish: { reason: 'stop' },
      });
      expect(record?.cost).toBe(gateway.simulator.entries().at(-1)?.bill as never);
    });

    test('text, each way', async () => {
      const seen = await askEachWay('words-50');
      expect(seen.text.split(/\s+/).length).toBeGreaterThan(20);
      expect(seen.finish).toBe(words.stop);
    });

    test('a limit, each way', async () => {
      const seen = await askEachWay('words-50', words.limited(17));
      expect([seen.finish, seen.usage?.output]).toEqual([words.limit, 17]);
    });

    test('tools: none called, one, three at once, one forced; each way', async () => {
      const names = ['weather', 'time', 'news'];
      const tools = words.tools(...names);
      expect(await askEachWay('hello+tools-0', tools)).toMatchObject({ calls: [], finish: words.stop });
      for (const count of [1, 3]) {
        const { calls, finish } = await askEachWay(`tools-${count}`, tools);
        expect(calls.map(({ name }) => name)).toEqual(names.slice(0, count));
        for (const call of calls) expect(call.arguments).toMatchObject({ city: expect.any(String) });
        // Gemini’s own language may leave the id out.
        const ids = calls.flatMap(({ id }) => id ?? []);
        expect(new Set(ids).size).toBe(provider === 'sim-gemini' ? ids.length : count);
        expect(finish).toBe(words.called);
      }
      const forced = await askEachWay('hello', words.forced('time'));
      expect(forced.calls.map(({ name }) => name)).toEqual(['time']);
    });

    test('what a tool said goes up, and the answer comes', async () => {
      const seen = await askEachWay(
        'tools-1',
        words.answered('weather', 'Knossos', 'Rain on the labyrinth.'),
      );
      expect(seen).toMatchObject({ calls: [], finish: words.stop });
      expect(seen.text.length).toBeGreaterThan(5);
    });

    test('a picture', async () => {
      expect((await askEachWay('hello', words.image(PIXEL))).text).toContain('What is it?');
    });

    test('structured output becomes an instance of the class', async () => {
      for (const how of ['whole', 'stream'] as const) {
        const seen = await ask('hello', { call: 'parse', how });
        expect(seen.raised).toBeNull();
        expect(seen.value).toEqual({ city: expect.any(String), people: expect.any(Number) });
      }
    });

    test('reasoning, and its tokens among the output’s', async () => {
      const seen = await askEachWay('hello+reason-12', words.think);
      expect(seen.reasoning.split(' ')).toHaveLength(12);
      expect(seen.text).toContain('Say hello.');
      expect(seen.usage?.reasoning ?? 12).toBe(12);
      expect(seen.usage?.output).toBeGreaterThan(12);
    });

    test('cached tokens, among the input’s', async () => {
      const seen = await askEachWay('hello+cached-5');
      expect(seen.usage?.cached).toBe(5);
      expect(seen.usage?.input).toBeGreaterThan(5);
    });

    test('a refusal by the content policy', async () => {
      const seen = await askEachWay('words-20+fault-content-filter-finish');
      const word = {
        'openai-chat': 'content_filter',
        'openai-responses': 'content_filter',
        anthropic: 'refusal',
        'google-genai': 'SAFETY',
      }[client];
      expect(seen.finish).toBe(word);
    });

    test('the models, each in the shape of the client’s language', async () => {
      if (client === 'openai-responses') return;
      const seen = await ask('hello', { call: 'models' });
      expect(seen.raised).toBeNull();
      const { listed, one } = seen.value as { listed: string[]; one: JsonObject };
      const name = client === 'google-genai' ? `models/${provider}/hello` : `${provider}/hello`;
      expect(listed).toContain(name);
      const shape = {
        'openai-chat': { id: name, object: 'model' },
        anthropic: { id: name, type: 'model' },
        'google-genai': { name },
      }[client];
      expect(one).toMatchObject(shape);
    });

    test('counting, where the client can, asks nobody', async () => {
      if (client !== 'anthropic' && client !== 'google-genai') return;
      const before = gateway.simulator.entries().length;
      const seen = await ask('hello', { call: 'count' });
      expect(seen.raised).toBeNull();
      expect(seen.value).toBeGreaterThan(2);
      expect(gateway.simulator.entries()).toHaveLength(before);
    });

    test('a function of the program as a tool is called and answered', async () => {
      if (client !== 'google-genai') return;
      const seen = await ask('tools-1', { call: 'run_tools' });
      expect(seen).toMatchObject({ raised: null, value: 3, finish: words.stop });
      expect(seen.text.length).toBeGreaterThan(5);
    });

    test('leaving in mid-stream reaches the provider', async () => {
      const seen = await ask('words-2000+rate-100', { call: 'leave', how: 'stream' });
      expect([seen.raised, seen.text === '']).toEqual([null, false]);
      await until(
        () => gateway.simulator.entries().at(-1)?.ended === 'client-gone' && gateway.liveCount() === 0,
      );
      expect(gateway.generations.at(-1)?.failure?.code).toBe('client_gone');
    });

    test('leaves nothing running', async () => {
      await untilIdle(gateway);
      expect(gateway.alarms).toEqual([]);
    });
  });
});
