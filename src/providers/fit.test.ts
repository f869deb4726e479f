import { describe, expect, test } from 'bun:test';
import { seededDraw } from '#base/random.ts';
import type { Draw } from '#base/random.ts';
import type { Opaque } from '#canonical/foreign.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatRequest, Message } from '#canonical/request.ts';
import { fit } from './fit.ts';
import type { Target } from './target.ts';

const target = (more: Partial<Target> = {}): Target => ({
  id: 'example/small',
  provider: 'example',
  providerName: 'Example',
  dialect: 'chat',
  url: 'https://api.example.com',
  quirks: {},
  auth: { scheme: 'none' },
  credentials: [],
  model: 'small',
  traits: [],
  weight: 1,
  ...more,
});

const request = (parts: readonly Part[], more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'small',
  messages: [
    { role: 'user', parts: [{ kind: 'text', text: 'hi' }] },
    { role: 'assistant', parts },
  ],
  tools: [],
  sampling: {},
  stream: true,
  ...more,
});

const own: Opaque = { dialect: 'chat', form: 'signature', value: 'ours' };
const foreign: Opaque = { dialect: 'messages', form: 'signature', value: 'theirs' };
const call = { kind: 'tool-call', id: '1', name: 'look', arguments: '{}', form: 'function' } as const;

describe('what needs no change is given back itself', () => {
  const untouched: readonly (readonly [what: string, request: ChatRequest, target: Target])[] = [
    ['nothing special', request([]), target()],
    ['a limit below the target’s', request([], { maxOutputTokens: 10 }), target({ maxOutputTokens: 10 })],
    ['a limit where the target has none', request([], { maxOutputTokens: 10 }), target()],
    ['no limit', request([]), target({ maxOutputTokens: 10 })],
    ['a seal of the same dialect', request([{ kind: 'reasoning', text: 'hm', seals: [own] }]), target()],
    ['an empty list of seals', request([{ kind: 'reasoning', text: 'hm', seals: [] }]), target()],
    ['a sealed call of the same dialect', request([{ ...call, seal: own }]), target()],
    ['sampling', request([], { sampling: { temperature: 1 } }), target()],
    ['no sampling', request([], { sampling: { seed: 1 } }), target({ traits: ['fixed-sampling'] })],
    ['things the model may not be able to do', request([call]), target({ traits: ['vision'] })],
  ];

  test.each(untouched)('%s', (_, given, to) => {
    const fitted = fit(given, to);
    expect(fitted.request).toBe(given);
    expect(fitted.losses).toEqual([]);
  });
});

describe('what changes is told', () => {
  test('a limit above the target’s', () => {
    const given = request([], { maxOutputTokens: 11 });
    const fitted = fit(given, target({ maxOutputTokens: 10 }));
    expect(fitted.request).toEqual({ ...given, maxOutputTokens: 10 });
    expect(fitted.request.messages).toBe(given.messages);
    expect(fitted.losses).toEqual([
      {
        path: 'maxOutputTokens',
        did: 'changed',
        why: '11 were asked for; the target writes at most 10 tokens.',
      },
    ]);
  });

  test('sampling that the model refuses', () => {
    const given = request([], { sampling: { temperature: 0, topP: 0.5, seed: 1 } });
    const fitted = fit(given, target({ traits: ['fixed-sampling'] }));
    expect(fitted.request).toEqual({ ...given, sampling: { seed: 1 } });
    expect(fitted.losses.map(({ path, did }) => [path, did])).toEqual([
      ['sampling.temperature', 'dropped'],
      ['sampling.topP', 'dropped'],
    ]);
  });

  const unsealed: readonly (readonly [
    parts: readonly Part[],
    left: readonly Part[],
    lost: readonly string[],
  ])[] = [
    [
      [{ kind: 'reasoning', text: 'hm', seals: [foreign] }],
      [{ kind: 'reasoning', text: 'hm' }],
      ['messages[1].parts[0].seals[0]'],
    ],
    [
      [{ kind: 'reasoning', text: 'hm', seals: [own, foreign] }],
      [{ kind: 'reasoning', text: 'hm', seals: [own] }],
      ['messages[1].parts[0].seals[1]'],
    ],
    [[{ kind: 'reasoning', text: '', seals: [foreign] }, call], [call], ['messages[1].parts[0].seals[0]']],
    [[{ ...call, seal: foreign }], [call], ['messages[1].parts[0].seal']],
    [
      [call, { kind: 'tool-result', id: '1', parts: [{ kind: 'reasoning', text: 'x', seals: [foreign] }] }],
      [call, { kind: 'tool-result', id: '1', parts: [{ kind: 'reasoning', text: 'x' }] }],
      ['messages[1].parts[1].parts[0].seals[0]'],
    ],
  ];

  test.each(unsealed)('%p', (parts, left, lost) => {
    const given = request(parts);
    const fitted = fit(given, target());
    expect(fitted.request).toStrictEqual(request(left));
    expect(fitted.request.messages[0]).toBe(given.messages[0] as Message);
    expect(fitted.losses.map((loss) => [loss.path, loss.did])).toEqual(lost.map((path) => [path, 'dropped']));
    expect(fitted.losses[0]?.why).toBe('A signature of messages means nothing to chat.');
  });
});

describe('over requests drawn at random', () => {
  const RUNS = 2_000;
  const pick = <Value>(draw: Draw, values: readonly Value[]): Value =>
    values[Math.floor(draw() * values.length)] as Value;
  const several = <Value>(draw: Draw, most: number, make: () => Value): Value[] =>
    Array.from({ length: Math.floor(draw() * (most + 1)) }, make);

  function drawPart(draw: Draw, depth = 0): Part {
    const kind = pick(draw, ['text', 'reasoning', 'tool-call', 'tool-result'] as const);
    if (kind === 'reasoning') {
      const text = pick(draw, ['', 'hm']);
      return { kind, text, seals: several(draw, 2, () => pick(draw, [own, foreign])) };
    }
    if (kind === 'tool-call') return draw() < 0.5 ? call : { ...call, seal: pick(draw, [own, foreign]) };
    if (kind === 'tool-result' && depth < 2) {
      return { kind, id: '1', parts: several(draw, 2, () => drawPart(draw, depth + 1)) };
    }
    return { kind: 'text', text: 'x' };
  }

  function drawRequest(draw: Draw): ChatRequest {
    const messages = several(draw, 3, () => ({
      role: pick(draw, ['user', 'assistant', 'tool'] as const),
      parts: several(draw, 3, () => drawPart(draw)),
    }));
    const limit = pick(draw, [undefined, 1, 10, 100]);
    return { ...request([]), messages, ...(limit === undefined ? {} : { maxOutputTokens: limit }) };
  }

  test('fit is idempotent, touches nothing it is given, and is silent exactly when it changes nothing', () => {
    const draw = seededDraw(20_261_124);
    let changed = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const given = drawRequest(draw);
      const before = JSON.stringify(given);
      const to = target(draw() < 0.5 ? {} : { maxOutputTokens: 10 });
      const once = fit(given, to);
      const twice = fit(once.request, to);
      expect(JSON.stringify(given)).toBe(before);
      expect(twice.request).toBe(once.request);
      expect(twice.losses).toEqual([]);
      expect(once.request === given).toBe(once.losses.length === 0);
      expect(JSON.stringify(once.request)).not.toContain('theirs');
      if (once.request !== given) changed += 1;
    }
    expect(changed).toBeGreaterThan(RUNS / 10);
    expect(changed).toBeLessThan(RUNS);
  });
});
