// Answers that break off after the client has seen some of them, and what becomes of them, on a virtual clock.

import { describe, expect, test } from 'bun:test';

import type { ChatEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { Plan } from '#routing/plan.ts';
import { CLOSE, END, OPEN, Stage, START, text } from '../../../test/support/scripted.ts';
import type { Asked, Beat, Scripted } from '../../../test/support/scripted.ts';
import { plan, target } from '../../../test/support/targets.ts';
import type { CallOrder } from '../call.ts';
import { anchorOf } from './go-on.ts';

const WHOLE = 'Once upon a time a clew of thread led a young man out of a dark place.';
const FIRST = 'Once upon a time a clew of thr';
const REQUEST: ChatRequest = {
  model: 'm',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Tell me.' }] }],
  tools: [],
  sampling: {},
  stream: true,
};

const begins = (...beats: Beat[]): Scripted => [[START], [OPEN, text(FIRST)], ...beats];
const CUT = begins('cut');

/** Goes on as it is asked to: with the last words first where it is told in words. */
function rest({ request }: CallOrder): Scripted {
  const last = request?.messages.at(-1);
  const said = last?.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('') ?? '';
  const missing = WHOLE.slice(FIRST.length);
  const words = last?.role === 'assistant' ? missing : anchorOf(FIRST) + missing;
  if (last?.role === 'user' && !said.includes(anchorOf(FIRST)))
    return [[START], [OPEN, text(WHOLE)], [CLOSE, END]];
  const pieces = words.match(/.{1,7}/gu) ?? [];
  return [[START], [OPEN], ...pieces.map((piece) => [text(piece)]), [CLOSE, END]];
}

function continuing(names: readonly string[], prefill: readonly string[] = []): Plan {
  const made = plan(names, { onCut: 'continue', silenceMs: 10_000 });
  const traits = (id: string) => (prefill.includes(id) ? { traits: ['prefill' as const] } : {});
  return {
    ...made,
    targets: made.targets.map((one) => ({ ...one, target: target(one.target.id, traits(one.target.id)) })),
  };
}

const TWO = continuing(['a:p/1', 'a:q/1']);

function ask(stage: Stage, of: Plan, request: ChatRequest = REQUEST): Promise<Asked> {
  return stage.ask(of, request);
}

const kinds = (events: readonly ChatEvent[]) =>
  events.map(({ kind }) => kind).filter((kind) => kind !== 'delta');

describe('continue', () => {
  test('a cut is gone on with at the same model elsewhere, and told as one answer', async () => {
    const stage = new Stage((order) => (order.target.id === 'p/1' ? CUT : rest(order)));
    const asked = await ask(stage, TWO);
    expect([asked.text, asked.failure, asked.tried]).toEqual([WHOLE, undefined, ['p/1', 'q/1']]);
    expect(kinds(asked.events)).toEqual(['start', 'open', 'foreign', 'close', 'end']);
    const { attempts } = asked.executed;
    expect(attempts.map((one) => [one.failure?.code, one.as])).toEqual([
      ['stream_cut', undefined],
      [undefined, 'continuation'],
    ]);
    expect([stage.clock.armed.size, stage.running.size]).toEqual([0, 0]);
  });

  test('the client is told where, why and after how many characters', async () => {
    const stage = new Stage((order) => (order.target.id === 'p/1' ? CUT : rest(order)));
    const told = (await ask(stage, TWO)).events.find(({ kind }) => kind === 'foreign');
    expect(told).toEqual({
      kind: 'foreign',
      foreign: {
        dialect: 'test',
        fields: { clew: { continued: { target: 'q/1', after: 'stream_cut', at: FIRST.length } } },
      },
    });
  });

  test('a target that takes the beginning of an answer gets it, without the white space at its end', async () => {
    const spaced: Scripted = [[START], [OPEN, text('Once upon a ')], 'cut'];
    const stage = new Stage(({ target: { id } }) =>
      id === 'p/1' ? spaced : [[START], [OPEN, text(' time.')], [CLOSE, END]],
    );
    const asked = await ask(stage, continuing(['a:p/1', 'a:q/1'], ['q/1']));
    expect(asked.text).toBe('Once upon a time.');
    const sent = asked.calls[1]?.request?.messages;
    expect(sent?.at(-1)).toEqual({ role: 'assistant', parts: [{ kind: 'text', text: 'Once upon a' }] });
    expect(sent).toHaveLength(2);
  });

  test('who refuses it is asked in words at once, and never again with it; the first failure is not masked', async () => {
    const stage = new Stage((order) => {
      if (order.target.id === 'p/1') return CUT;
      const prefilled = order.request?.messages.at(-1)?.role === 'assistant';
      return prefilled ? 'upstream_rejected' : rest(order);
    });
    const of = continuing(['a:p/1', 'a:q/1'], ['q/1']);
    const asked = await ask(stage, of);
    expect([asked.text, asked.tried]).toEqual([WHOLE, ['p/1', 'q/1', 'q/1']]);
    const again = await ask(stage, of);
    expect([again.text, again.tried]).toEqual([WHOLE, ['p/1', 'q/1']]);
    const refusing = new Stage(({ target: { id } }) => (id === 'p/1' ? CUT : 'upstream_rejected'));
    const failed = await ask(refusing, of);
    expect([failed.failure?.code, failed.text]).toEqual(['stream_cut', FIRST]);
    // The refusal of the beginning was none of the two calls that are made for the rest.
    expect(failed.tried).toEqual(['p/1', 'q/1', 'q/1', 'p/1']);
  });

  test('silence is left for good, a cut may be gone on with at the same target', async () => {
    const alone = continuing(['a:p/1']);
    const cut = new Stage((order, time) => (time === 0 ? CUT : rest(order)));
    expect((await ask(cut, alone)).text).toBe(WHOLE);
    const silent = new Stage((order, time) => (time === 0 ? begins(20_000) : rest(order)));
    expect((await ask(silent, alone)).failure?.code).toBe('stream_stalled');
    const elsewhere = new Stage((order) => (order.target.id === 'p/1' ? begins(20_000) : rest(order)));
    expect((await ask(elsewhere, TWO)).text).toBe(WHOLE);
  });

  test('an order: the same model elsewhere, the same target, another model', async () => {
    const of = continuing(['a:p/1', 'b:q/2', 'a:r/1']);
    const cutAgain: Scripted = [
      [START],
      [OPEN, text(anchorOf(FIRST) + WHOLE.slice(FIRST.length, 40))],
      'cut',
    ];
    const stage = new Stage(({ target: { id } }) => (id === 'p/1' ? CUT : cutAgain));
    expect((await ask(stage, of)).tried).toEqual(['p/1', 'r/1', 'q/2']);
    const two = new Stage(({ target: { id } }) => (id === 'p/1' ? CUT : cutAgain));
    expect((await ask(two, continuing(['a:p/1', 'b:q/2']))).tried).toEqual(['p/1', 'p/1', 'q/2']);
  });

  test('the rest may break off too: twice it is looked for, not more', async () => {
    const half = WHOLE.slice(0, 50);
    const stage = new Stage(({ request, target: { id } }) => {
      if (id === 'p/1') return CUT;
      const shown = id === 'q/1' ? FIRST : half;
      if (id === 'q/1') return [[START], [OPEN, text(anchorOf(shown) + half.slice(shown.length))], 20_000];
      const words = anchorOf(shown) + WHOLE.slice(shown.length);
      return request === undefined ? 'internal' : [[START], [OPEN, text(words)], [CLOSE, END]];
    });
    const asked = await ask(stage, continuing(['a:p/1', 'a:q/1', 'a:r/1']));
    expect([asked.text, asked.failure, asked.tried]).toEqual([WHOLE, undefined, ['p/1', 'q/1', 'r/1']]);
  });

  test('when nobody gives the rest the first failure is told, after what was shown', async () => {
    const stage = new Stage(({ target: { id } }) => (id === 'p/1' ? begins(20_000) : 'upstream_overloaded'));
    const asked = await ask(stage, TWO);
    expect([asked.failure?.code, asked.text]).toEqual(['stream_stalled', FIRST]);
  });

  test('thoughts of the rest are not shown in the middle of a text, and calls come after it', async () => {
    const stage = new Stage(({ target: { id } }) =>
      id === 'p/1'
        ? CUT
        : [
            [START],
            [{ kind: 'open', part: 0, choice: 0, what: { kind: 'reasoning' } }],
            [
              { kind: 'delta', part: 0, text: 'Hm.' },
              { kind: 'close', part: 0 },
            ],
            [{ kind: 'open', part: 1, choice: 0, what: { kind: 'text' } }],
            [
              { kind: 'delta', part: 1, text: `${anchorOf(FIRST)}ead.` },
              { kind: 'close', part: 1 },
            ],
            [
              {
                kind: 'open',
                part: 2,
                choice: 0,
                what: { kind: 'tool-call', id: 'c', name: 'f', form: 'function' },
              },
            ],
            [{ kind: 'delta', part: 2, text: '{}' }, { kind: 'close', part: 2 }, END],
          ],
    );
    const asked = await ask(stage, TWO);
    expect(asked.text).toBe(`${FIRST}ead.{}`);
    expect(kinds(asked.events)).toEqual(['start', 'open', 'foreign', 'close', 'open', 'close', 'end']);
  });

  test('where only thoughts were shown the answer begins anew', async () => {
    const thought: ChatEvent[] = [
      { kind: 'open', part: 0, choice: 0, what: { kind: 'reasoning' } },
      { kind: 'delta', part: 0, text: 'Let me see' },
    ];
    const stage = new Stage((order) => (order.target.id === 'p/1' ? [[START], thought, 'cut'] : rest(order)));
    const asked = await ask(stage, TWO);
    expect([asked.text, asked.failure]).toEqual([`Let me see${WHOLE}`, undefined]);
    expect(asked.calls[1]?.request).toEqual(REQUEST);
    expect(kinds(asked.events)).toEqual(['start', 'open', 'foreign', 'close', 'open', 'close', 'end']);
  });

  test('both legs are in the usage that the client sees', async () => {
    const usage = (inputTotal: number, outputTotal: number): ChatEvent => ({
      kind: 'usage',
      usage: { inputTotal, outputTotal },
    });
    const stage = new Stage(({ target: { id } }) =>
      id === 'p/1'
        ? [[START, usage(10, 1)], [OPEN, text(FIRST)], 'cut']
        : [[START], [OPEN, text(anchorOf(FIRST) + WHOLE.slice(FIRST.length))], [CLOSE, usage(25, 12), END]],
    );
    const { events } = await ask(stage, TWO);
    // The first leg reported its beginning only; what it said is counted from the characters.
    expect(events.findLast(({ kind }) => kind === 'usage')).toEqual({
      kind: 'usage',
      usage: { inputTotal: 35, outputTotal: 12 + Math.ceil(FIRST.length / 4) },
    });
  });

  const call: ChatEvent = {
    kind: 'open',
    part: 0,
    choice: 0,
    what: { kind: 'tool-call', id: 'c', name: 'f', form: 'function' },
  };
  const begun: Scripted = [[START], [call, { kind: 'delta', part: 0, text: '{"pla' }], 'cut'];
  const called: Scripted = [
    [START],
    [call, { kind: 'delta', part: 0, text: '{}' }, { kind: 'close', part: 0 }],
    'cut',
  ];
  test.each([
    ['the arguments of a call', begun, {}],
    ['a call that is complete, of perhaps several', called, {}],
    ['JSON', CUT, { output: { kind: 'json' } }],
    ['an answer by a schema', CUT, { output: { kind: 'json-schema', schema: {} } }],
    ['one of several answers', CUT, { choices: 2 }],
    ['an answer with log probabilities', CUT, { logprobs: {} }],
  ] as const)('%s is not gone on with', async (_, first, wishes) => {
    const stage = new Stage(({ target: { id } }) => (id === 'p/1' ? first : 'internal'));
    const asked = await ask(stage, TWO, { ...REQUEST, ...wishes });
    expect([asked.failure?.code, asked.tried]).toEqual(['stream_cut', ['p/1']]);
  });

  test('a rest that is another answer is given up, and somebody else may try', async () => {
    const other = `${FIRST.slice(0, 26)}, and something else altogether.`;
    const stage = new Stage((order) => {
      if (order.target.id === 'p/1') return CUT;
      return order.target.id === 'q/1' ? [[START], [OPEN, text(other)], [CLOSE, END]] : rest(order);
    });
    const asked = await ask(stage, continuing(['a:p/1', 'a:q/1', 'a:r/1']));
    expect([asked.text, asked.tried]).toEqual([WHOLE, ['p/1', 'q/1', 'r/1']]);
  });

  test('a client that leaves while the rest is looked for ends everything', async () => {
    const stage = new Stage(({ target: { id } }) => (id === 'p/1' ? CUT : 'silence'));
    const executed = await stage.clock.run(stage.start(TWO, { request: REQUEST }));
    const running = executed.running;
    if (running === undefined) throw new Error('no stream');
    running.held();
    running.take(await running.read());
    const resuming = running.read();
    await Promise.resolve();
    running.abandon();
    running.take(await stage.clock.run(resuming));
    expect([running.over, running.failure?.code]).toEqual([true, 'client_gone']);
    expect([stage.clock.armed.size, stage.running.size]).toEqual([0, 0]);
  });

  test('a deadline that passes meanwhile ends it in the first failure', async () => {
    const of = { ...TWO, limits: { ...TWO.limits, deadlineMs: 15_000 } };
    const stage = new Stage(({ target: { id } }) => (id === 'p/1' ? begins(20_000) : 'silence'));
    const asked = await ask(stage, of);
    expect([asked.failure?.code, stage.clock.now()]).toEqual(['stream_stalled', 15_000]);
  });
});

describe('buffer', () => {
  const of = plan(['a:p/1', 'b:q/2'], { onCut: 'buffer', silenceMs: 10_000 });

  test('nothing is shown of an answer that breaks off, and it begins again', async () => {
    const full: Scripted = [[START], [OPEN, text(WHOLE)], [CLOSE, END]];
    const stage = new Stage(({ target: { id } }, time) => (id === 'p/1' && time === 0 ? CUT : full));
    const asked = await ask(stage, of);
    expect([asked.text, asked.failure, asked.tried]).toEqual([WHOLE, undefined, ['p/1', 'p/1']]);
    expect(kinds(asked.events)).toEqual(['start', 'open', 'close', 'end']);
  });

  test('a call that is cut in its arguments is made whole elsewhere', async () => {
    const call: ChatEvent = {
      kind: 'open',
      part: 0,
      choice: 0,
      what: { kind: 'tool-call', id: 'c', name: 'f', form: 'function' },
    };
    const stage = new Stage(({ target: { id } }) =>
      id === 'p/1'
        ? [[START], [call, { kind: 'delta', part: 0, text: '{"pla' }], 20_000]
        : [[START], [call, { kind: 'delta', part: 0, text: '{"place":1}' }, { kind: 'close', part: 0 }, END]],
    );
    const asked = await ask(stage, of);
    expect([asked.text, asked.tried]).toEqual(['{"place":1}', ['p/1', 'q/2']]);
  });

  test('when all break off the failure is told and nothing else', async () => {
    const stage = new Stage(() => CUT);
    const asked = await ask(stage, of);
    expect([asked.events, asked.failure?.code]).toEqual([[], 'stream_cut']);
  });
});

test('error: what broke off stays broken off', async () => {
  const stage = new Stage((order) => (order.target.id === 'p/1' ? CUT : rest(order)));
  const asked = await ask(stage, plan(['a:p/1', 'a:q/1']));
  expect([asked.failure?.code, asked.tried]).toEqual(['stream_cut', ['p/1']]);
  expect(failure('stream_cut', '').retry).toBe('same-target');
});
