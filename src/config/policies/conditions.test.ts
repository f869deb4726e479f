import { describe, expect, test } from 'bun:test';

import type { ChatRequest } from '#canonical/request.ts';
import { KeyFacts, RequestFacts, TimeFacts } from '#routing/policies/facts.ts';
import type { PolicyFacts } from '#routing/policies/facts.ts';
import { Topic } from '#routing/policies/topic.ts';
import { compileCondition } from './conditions.ts';

/** A Wednesday. */
const NOW_MS = Date.UTC(2026, 10, 25, 22, 30);

function facts(request: Partial<ChatRequest> = {}): PolicyFacts {
  const chat: ChatRequest = {
    model: 'fast',
    messages: [
      { role: 'user', parts: [{ kind: 'text', text: 'Please refactor the Python function for the API.' }] },
    ],
    tools: [],
    sampling: {},
    stream: true,
    user: 'u-7',
    metadata: { tier: 'batch', retries: 2 },
    ...request,
  };
  return {
    request: new RequestFacts(chat, { dialect: 'spoken', topic: new Topic(chat) }),
    key: new KeyFacts('laptop', 'acme'),
    time: new TimeFacts(NOW_MS),
  };
}

function holds(text: string, about = facts()): boolean {
  const condition = compileCondition(text);
  if (!condition.ok) throw new Error(condition.error.message);
  return condition.value(about);
}

describe('conditions', () => {
  test.each([
    ['request.metadata.tier == "batch"', true],
    ['request.metadata.tier == "live"', false],
    ['request.metadata["retries"] == "2"', true],
    ['"tier" in request.metadata && request.model in ["fast", "smart"]', true],
    ['request.stream && request.dialect == "spoken" && request.user.startsWith("u-")', true],
    ['request.messages == 1 && request.tokens > 3 && request.tokens < 100 && request.max_tokens == 0', true],
    ['request.tools.exists(tool, tool == "search") || request.needs.size() > 0', false],
    ['request.task == "code" && request.language == "en"', true],
    ['key.name == "laptop" && key.tenant == "acme"', true],
    ['time.hour >= 22 || time.hour < 6', true],
    ['time.day in ["sat", "sun"]', false],
    ['time.date == "2026-11-25" && time.minute == 30', true],
  ])('%s is %p', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  test('what is not there does not hold, and never throws', () => {
    expect(holds('request.metadata.nothing == "x"')).toBe(false);
    expect(holds('!(request.metadata.nothing == "x")')).toBe(false);
    expect(holds('request.metadata.nothing == "x" || request.model == "fast"')).toBe(true);
    expect(holds('request.metadata.__proto__ == "x"', facts({ metadata: {} }))).toBe(false);
    expect(holds('request.tokens / 0 > 1')).toBe(false);
  });

  test.each([
    ['request.modle == "x"', /modle/, 9],
    ['request.model == 3', /string == int/, 1],
    ['request.model = "x"', /=/, 15],
    ['requst.model == "x"', /requst/, 1],
    ['request.model', /string/, undefined],
    ['request.constructor == "x"', /constructor/, 9],
    ['request.model.matches("(a+)+$")', /patterns/, 1],
    [
      'request.tools.all(a, request.tools.all(b, request.tools.all(c, a == b && b == c)))',
      /too deep/,
      undefined,
    ],
    ['', /./, undefined],
  ])('%p is refused, with its place', (text, message, column) => {
    const condition = compileCondition(text);
    if (condition.ok) throw new Error('accepted');
    expect(condition.error.message).toMatch(message);
    if (column !== undefined) expect(condition.error.column).toBe(column);
  });

  test('a condition of a thousand parts is refused', () => {
    expect(compileCondition(`request.stream${' || request.stream'.repeat(1_000)}`).ok).toBe(false);
  });

  test('what no condition asks for is not looked at', () => {
    const untouchable = new Proxy([], {
      get() {
        throw new Error('the messages were looked at');
      },
    });
    expect(holds('request.model == "fast"', facts({ messages: untouchable }))).toBe(true);
  });
});
