import { describe, expect, test } from 'bun:test';

import type { MediaPart, Part } from '#canonical/part.ts';
import type { ChatRequest, Tool } from '#canonical/request.ts';
import type { Target } from '#providers/target.ts';
import type { Trait } from '#providers/trait.ts';
import { target } from '../../test/support/targets.ts';
import { Capability } from './capability.ts';
import { makePlan } from './make-plan.ts';
import { needsOf } from './needs.ts';
import { DEFAULT_LIMITS } from './plan.ts';

const TEXT: Part = { kind: 'text', text: 'hello' };
const TOOL: Tool = { form: 'function', name: 'f' };
const HOSTED: Tool = { form: 'hosted', name: 'web_search', dialect: 'theirs', value: {} };

function request(parts: readonly Part[], more: Partial<ChatRequest> = {}): ChatRequest {
  return { model: 'm', messages: [{ role: 'user', parts }], tools: [], sampling: {}, stream: false, ...more };
}

function media(kind: MediaPart['kind'], mime: string): MediaPart {
  return { kind, source: { from: 'base64', mime, data: 'AA' } };
}

const of = (id: string, ...traits: Trait[]): Target => target(id, { traits });
const plain = of('a/plain', 'prompt-cache');
const all = of('b/all', 'vision', 'files', 'audio-input', 'video-input', 'tools', 'json-schema', 'reasoning');

function chosen(asked: ChatRequest, ...targets: Target[]): readonly string[] {
  return new Capability(asked).choose(targets).targets.map(({ id }) => id);
}

describe('what a target must have', () => {
  const inResult: Part = { kind: 'tool-result', id: 'x', parts: [media('image', 'image/png')] };
  const cases: Readonly<Record<string, readonly [ChatRequest, why: string]>> = {
    'a picture': [request([TEXT, media('image', 'image/png')]), 'takes no pictures'],
    'a picture in the result of a tool': [request([inResult]), 'takes no pictures'],
    'a document': [request([media('document', 'application/pdf')]), 'takes no documents'],
    sound: [request([media('audio', 'audio/wav')]), 'takes no sound'],
    'a film': [request([media('video', 'video/mp4')]), 'takes no films'],
    tools: [request([TEXT], { tools: [TOOL] }), 'calls no tools'],
  };

  test.each(Object.entries(cases))('%s', (_, [asked, why]) => {
    expect(chosen(asked, plain, all)).toEqual(['b/all']);
    expect(new Capability(asked).choose([plain, all]).removed).toEqual([{ target: 'a/plain', why }]);
  });

  test('an answer in sound or in pictures', () => {
    const asked = request([TEXT], { modalities: ['text', 'audio'] });
    expect(new Capability(asked).lacks(all)).toBe('does not answer in sound');
    expect(new Capability(asked).lacks(of('c/x', 'audio-output'))).toBeUndefined();
    const pictures = request([TEXT], { modalities: ['image'] });
    expect(new Capability(pictures).lacks(all)).toBe('does not answer in pictures');
  });

  test('what nobody knows is no reason', () => {
    for (const [asked] of Object.values(cases)) expect(chosen(asked, of('c/unknown'))).toEqual(['c/unknown']);
  });

  test('text needs nothing, nor do tools that may not be called, nor a document that is text', () => {
    const list = [plain, all];
    for (const asked of [
      request([TEXT]),
      request([TEXT], { tools: [TOOL], toolChoice: { kind: 'none' } }),
      request([media('document', 'text/plain')]),
    ]) {
      expect(new Capability(asked).choose(list).targets).toBe(list);
    }
  });

  test('a model of another endpoint does not chat', () => {
    expect(new Capability(request([TEXT])).lacks(of('c/e', 'embeddings'))).toBe('does not chat');
  });

  test('a prompt that is much longer than the window', () => {
    const small = target('c/small', { contextTokens: 1_000 });
    const words = (count: number): ChatRequest => request([{ kind: 'text', text: 'word '.repeat(count) }]);
    expect(new Capability(words(900)).lacks(small)).toBeUndefined();
    // An estimate that is a little over may be wrong; the provider counts.
    expect(new Capability(words(1_100)).lacks(small)).toBeUndefined();
    expect(new Capability(words(3_000)).lacks(small)).toMatch(
      /^reads at most 1000 tokens, .* about 3\d\d\d$/,
    );
  });

  test('a tool that only one language has, when there is no other', () => {
    const theirs = target('c/theirs', { dialect: 'theirs' });
    const alone = request([TEXT], { tools: [HOSTED] });
    expect(new Capability(alone).lacks(plain)).toBe('does not run the tool web_search');
    expect(new Capability(alone).lacks(theirs)).toBeUndefined();
    const beside = request([TEXT], { tools: [HOSTED, TOOL] });
    expect(new Capability(beside).lacks(of('c/d', 'tools'))).toBeUndefined();
    expect(chosen(beside, of('c/d', 'tools'), theirs)).toEqual(['c/theirs']);
    expect(chosen(beside, of('c/d', 'tools'))).toEqual(['c/d']);
  });
});

describe('what a target had better have', () => {
  const schema = request([TEXT], { output: { kind: 'json-schema', schema: {} } });

  test.each([
    ['a schema', schema, 'keeps to no JSON schema'],
    ['reasoning', request([TEXT], { reasoning: { effort: 'low' } }), 'does not reason'],
    ['a budget', request([TEXT], { reasoning: { budgetTokens: 5 } }), 'does not reason'],
  ])('%s: who has it is preferred, and taken alone where the request insists', (_, asked, why) => {
    expect(chosen(asked, plain, all)).toEqual(['b/all']);
    expect(chosen(asked, plain)).toEqual(['a/plain']);
    const insisting: ChatRequest = { ...asked, routing: { providers: { requireParameters: true } } };
    expect(new Capability(insisting).choose([plain])).toEqual({
      targets: [],
      removed: [{ target: 'a/plain', why }],
    });
  });

  test('room for the answer', () => {
    const asked = request([TEXT], { maxOutputTokens: 100 });
    const short = target('c/short', { maxOutputTokens: 50 });
    const long = target('c/long', { maxOutputTokens: 100 });
    expect(chosen(asked, short, long)).toEqual(['c/long']);
    expect(chosen(asked, short)).toEqual(['c/short']);
  });

  test('reasoning that is switched off needs no one who reasons', () => {
    for (const reasoning of [{ enabled: false }, { effort: 'none' }, { hidden: true }, {}]) {
      expect(needsOf(request([TEXT], { reasoning })).should).toEqual([]);
    }
  });

  test('several tools at once are told of too few models to be a reason', () => {
    const asked = request([TEXT], { tools: [TOOL, { ...TOOL, name: 'g' }], parallelToolCalls: true });
    expect(needsOf(asked).should).toEqual(['parallel-tools']);
    expect(chosen(asked, of('c/one', 'tools'))).toEqual(['c/one']);
  });
});

describe('in a plan', () => {
  const routes = (targets: readonly Target[]) => ({
    models: new Map([
      ['m', { name: 'm', targets, strategy: 'priority' as const, fallback: [], limits: DEFAULT_LIMITS }],
    ]),
    providers: new Map(),
  });
  const planned = (asked: ChatRequest, ...targets: Target[]) =>
    makePlan(asked, { routes: routes(targets), allows: () => true, draw: () => 0.5 });

  test('who cannot is left out with the reason', () => {
    expect(planned(request([media('audio', 'audio/wav')]), plain, all)).toMatchObject({
      ok: true,
      value: {
        targets: [{ target: { id: 'b/all' } }],
        removed: [{ target: 'a/plain', why: 'takes no sound' }],
      },
    });
  });

  test('where nobody can, the request is refused with each one’s reason', () => {
    expect(planned(request([media('audio', 'audio/wav')]), plain, of('c/x', 'tools'))).toMatchObject({
      ok: false,
      error: {
        code: 'unsupported_feature',
        message: 'No target of `m` can serve this request: a/plain takes no sound; c/x takes no sound.',
      },
    });
    const long = request([{ kind: 'text', text: 'word '.repeat(3_000) }]);
    expect(planned(long, target('c/small', { contextTokens: 1_000 }))).toMatchObject({
      ok: false,
      error: { code: 'context_length_exceeded' },
    });
  });
});
