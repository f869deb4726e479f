// What a request is about decides among targets that are said to be good at different things.

import { describe, expect, test } from 'bun:test';
import type { ChatRequest } from '#canonical/request.ts';
import type { Target } from '#providers/target.ts';
import { target } from '../../test/support/targets.ts';
import { makePlan } from './make-plan.ts';
import { DEFAULT_LIMITS } from './plan.ts';
import type { Plan } from './plan.ts';
import { Topic } from './policies/topic.ts';
import { replayPlan } from './replay.ts';
import type { Routes } from './routes.ts';

const TARGETS: readonly Target[] = [
  target('a/coder', { quality: { code: 0.95, other: 0.4 } }),
  target('b/linguist', { quality: { de: 0.9, translation: 0.95, other: 0.5 } }),
  target('c/all', { quality: 0.7 }),
  target('d/unsaid'),
  target('e/math-only', { quality: { math: 1 } }),
];

function planned(text: string, task?: string): Plan {
  const model = {
    name: 'm',
    targets: TARGETS,
    strategy: 'quality' as const,
    fallback: [],
    limits: DEFAULT_LIMITS,
  };
  const routes: Routes = { models: new Map([['m', model]]), providers: new Map() };
  const request: ChatRequest = {
    model: 'm',
    messages: [
      { role: 'user', parts: [{ kind: 'text', text: 'Prove the theorem.' }] },
      { role: 'user', parts: [{ kind: 'text', text }] },
    ],
    tools: [],
    sampling: {},
    stream: true,
  };
  const topic = new Topic(request, () => task);
  const plan = makePlan(request, { routes, allows: () => true, draw: () => 0.5, topic });
  if (!plan.ok) throw new Error(plan.error.message);
  return plan.value;
}

describe('the best for', () => {
  test.each([
    ['a task', 'Please refactor this Python function.', undefined, 'a/coder'],
    ['another task', 'Prove that the integral converges.', undefined, 'e/math-only'],
    [
      'a language, where the task says nothing',
      'Wie ist das Wetter, und was soll ich mit dem Tag anfangen?',
      undefined,
      'b/linguist',
    ],
    ['all others', 'Good morning to you.', undefined, 'c/all'],
    ['what the client says it is', 'Good morning to you.', 'code', 'a/coder'],
    ['a task of which nobody has heard', 'Good morning to you.', 'constructor', 'c/all'],
  ])('%s comes first', (_, text, task, first) => {
    const plan = planned(text, task);
    expect(plan.targets[0]?.target.id).toBe(first);
    expect(replayPlan(plan.explanation)).toEqual(plan.targets.map((one) => one.target.id));
  });

  test('and the explanation says what it was taken for', () => {
    const { request } = planned('Please refactor this Python function for me and the team.').explanation;
    expect(request).toMatchObject({ task: 'code', language: 'en' });
  });
});

test('a client’s own word for the task is cut short', () => {
  const request = { model: 'm', stream: false };
  expect(new Topic(request, () => 'x'.repeat(1_000)).task).toHaveLength(40);
  expect([new Topic(request).task, new Topic(request).language]).toEqual(['other', '']);
});
