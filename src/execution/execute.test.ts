import { describe, expect, test } from 'bun:test';

import { seededDraw } from '#base/random.ts';
import { err, ok } from '#base/result.ts';
import type { StopSignal } from '#base/stop.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import { Grammar } from '#canonical/grammar.ts';
import type { Plan } from '#routing/plan.ts';
import {
  CLOSE,
  END,
  GOOD,
  OPEN,
  ScriptedStream,
  START,
  text,
  untilOrAborted,
} from '../../test/support/scripted.ts';
import type { Beat, Scripted } from '../../test/support/scripted.ts';
import { plan } from '../../test/support/targets.ts';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import type { Call } from './call.ts';
import { Engine } from './engine.ts';
import { execute } from './execute.ts';
import type { Executed } from './execute.ts';
import type { Watch } from './watch.ts';

const TEXT = text('hello');

interface Run {
  readonly executed: Executed;
  readonly calls: readonly string[];
  readonly clock: VirtualClock;
  readonly running: Set<Watch>;
}

async function run(
  of: Plan,
  script: Record<string, readonly Scripted[]>,
  client?: AbortSignal,
): Promise<Run> {
  const clock = new VirtualClock();
  const running = new Set<Watch>();
  const calls: string[] = [];
  const call: Call = async ({ target: { id } }, signal) => {
    const scripted = script[id]?.[calls.filter((made) => made === id).length] ?? 'internal';
    calls.push(id);
    if (scripted === 'silence') {
      await untilOrAborted(1e9, clock, signal);
      return err({ failure: signal.reason as Failure });
    }
    if (typeof scripted === 'string') return err({ failure: failure(scripted, scripted) });
    if ('code' in scripted) return err({ failure: scripted });
    return ok({ kind: 'stream', stream: new ScriptedStream(scripted, clock, signal), losses: [] });
  };
  const executed = await clock.run(
    execute(of, {
      call,
      clock,
      draw: seededDraw(1),
      engine: new Engine(),
      client: client ?? new AbortController().signal,
      running,
      stream: true,
      dialect: 'test',
      request: undefined,
      startedAt: 0,
      onBug: rethrow,
    }),
  );
  return { executed, calls, clock, running };
}

function rethrow(bug: unknown): void {
  throw bug;
}

/** Reads the answer to its end: what kinds of events the client saw. */
async function readOut({ executed, clock }: Run): Promise<readonly ChatEvent[]> {
  if (executed.outcome.kind !== 'stream') throw new Error('no stream');
  const { live } = executed.outcome;
  const events = live.held().flatMap((batch) => batch.events);
  while (!live.over) events.push(...live.take(await clock.run(live.read())).events);
  const grammar = new Grammar();
  expect(events.map((event) => grammar.check(event)).filter((wrong) => wrong !== undefined)).toEqual([]);
  expect(grammar.over).toBe(true);
  return events;
}

describe('execute', () => {
  test('shows nothing of an attempt that fails before content, and goes elsewhere', async () => {
    const done = await run(plan(['a:p/1', 'b:p/2']), {
      'p/1': [
        [[START], 'cut'],
        [[START], 'cut'],
      ],
      'p/2': [GOOD],
    });
    expect(done.calls).toEqual(['p/1', 'p/1', 'p/2']);
    expect((await readOut(done)).map(({ kind }) => kind)).toEqual(['start', 'open', 'delta', 'close', 'end']);
    expect(done.executed.attempts.map((made) => made.failure?.code)).toEqual([
      'stream_cut',
      'stream_cut',
      undefined,
    ]);
  });

  test('a silent target is asked once, and left at its limit', async () => {
    const done = await run(plan(['a:p/1', 'b:p/2'], { firstContentMs: 10_000 }), {
      'p/1': ['silence'],
      'p/2': [GOOD],
    });
    expect(done.calls).toEqual(['p/1', 'p/2']);
    expect(done.executed.attempts[0]).toMatchObject({
      failure: { code: 'first_content_timeout' },
      endedAt: 10_000,
    });
  });

  test('headers and empty openings do not count as content', async () => {
    const done = await run(plan(['a:p/1', 'b:p/2'], { firstContentMs: 5_000 }), {
      'p/1': [[[START], [OPEN], 60_000, [TEXT]]],
      'p/2': [GOOD],
    });
    expect(done.executed.attempts[0]).toMatchObject({
      failure: { code: 'first_content_timeout' },
      endedAt: 5_000,
    });
    expect(done.calls).toEqual(['p/1', 'p/2']);
  });

  test('much without content is not kept for ever', async () => {
    const babble = Array.from({ length: 1_000 }, () => 'megabyte' as const);
    const done = await run(plan(['a:p/1', 'b:p/2']), { 'p/1': [[[START], ...babble]], 'p/2': [GOOD] });
    expect(done.executed.attempts[0]).toMatchObject({ failure: { code: 'upstream_runaway' } });
    expect(done.calls).toEqual(['p/1', 'p/2']);
    expect(done.running.size).toBe(1);
  });

  test('a bug ends the exchange, and what was tried is known', async () => {
    const clock = new VirtualClock();
    const running = new Set<Watch>();
    const bugs: unknown[] = [];
    const signals: StopSignal[] = [];
    const call: Call = ({ target: { id } }, signal) => {
      signals.push(signal);
      if (id === 'p/1') return Promise.resolve(err({ status: 503, failure: failure('upstream_error', 'x') }));
      return Promise.reject(new Error('bug'));
    };
    const executed = await execute(plan(['a:p/1', 'a:p/2']), {
      call,
      clock,
      draw: seededDraw(1),
      engine: new Engine(),
      client: new AbortController().signal,
      running,
      stream: true,
      dialect: 'test',
      request: undefined,
      startedAt: 0,
      onBug: (bug) => bugs.push(bug),
    });
    expect(executed.outcome).toMatchObject({ kind: 'failed', failure: { code: 'internal', retry: 'no' } });
    expect(executed.attempts).toMatchObject([
      { status: 503, failure: { code: 'upstream_error' } },
      { endedAt: 0, failure: { code: 'internal' } },
    ]);
    expect(bugs).toEqual([new Error('bug')]);
    // Nothing of the attempt lives on.
    expect(signals.at(-1)?.aborted).toBe(true);
    expect([clock.armed.size, running.size]).toEqual([0, 0]);
  });

  test('after the commit point a cut is a typed failure, never another attempt and never success', async () => {
    const done = await run(plan(['a:p/1', 'b:p/2']), {
      'p/1': [[[START, OPEN, TEXT], 'cut']],
      'p/2': [GOOD],
    });
    const events = await readOut(done);
    expect(events.at(-1)).toMatchObject({ kind: 'failure', failure: { code: 'stream_cut' } });
    expect(done.calls).toEqual(['p/1']);
  });

  test('silence after the commit point ends as a stall', async () => {
    const beats: readonly Beat[] = [[START, OPEN, TEXT], 9_000, [TEXT], 11_000, [TEXT, CLOSE, END]];
    const done = await run(plan(['a:p/1'], { silenceMs: 10_000 }), { 'p/1': [beats] });
    expect((await readOut(done)).at(-1)).toMatchObject({ failure: { code: 'stream_stalled' } });
    expect(done.clock.now()).toBe(19_000);
  });

  test('the deadline ends an answer that is still running', async () => {
    const beats: readonly Beat[] = [[START, OPEN, TEXT], 8_000, [TEXT], 8_000, [TEXT, CLOSE, END]];
    const done = await run(plan(['a:p/1'], { deadlineMs: 12_000 }), { 'p/1': [beats] });
    expect((await readOut(done)).at(-1)).toMatchObject({ failure: { code: 'deadline_exceeded' } });
    expect(done.clock.now()).toBe(12_000);
  });

  test('a client that leaves while a target is silent ends everything', async () => {
    const client = new AbortController();
    setTimeout(() => client.abort(), 0);
    const clock = new VirtualClock();
    const running = new Set<Watch>();
    const call: Call = async (_, signal) => {
      await untilOrAborted(1e9, clock, signal);
      return err({ failure: signal.reason as Failure });
    };
    const executed = await execute(plan(['a:p/1', 'b:p/2']), {
      call,
      clock,
      draw: seededDraw(1),
      engine: new Engine(),
      client: client.signal,
      running,
      stream: true,
      dialect: 'test',
      request: undefined,
      startedAt: 0,
      onBug: rethrow,
    });
    expect(executed.outcome).toMatchObject({ kind: 'failed', failure: { code: 'client_gone' } });
    expect(executed.attempts).toHaveLength(1);
    expect(clock.armed.size).toBe(0);
    expect(running.size).toBe(0);
  });

  test('a decoder that breaks the grammar cannot reach the client', async () => {
    const done = await run(plan(['a:p/1']), { 'p/1': [[[START, OPEN, TEXT], [START], [CLOSE, END]]] });
    expect((await readOut(done)).at(-1)).toMatchObject({ failure: { code: 'upstream_protocol' } });
  });

  test('an answer that says nothing at all is a failure, an empty answer with an end is not', async () => {
    const nothing = await run(plan(['a:p/1']), { 'p/1': ['upstream_protocol'] });
    expect(nothing.executed.outcome).toMatchObject({
      kind: 'failed',
      failure: { code: 'upstream_protocol' },
    });
    const empty = await run(plan(['a:p/1']), { 'p/1': [[[START], [END]]] });
    expect((await readOut(empty)).map(({ kind }) => kind)).toEqual(['start', 'end']);
  });

  test('leaves no alarm and no watch behind, whatever happens', async () => {
    const draw = seededDraw(42);
    const kinds: readonly Scripted[] = [
      'upstream_error',
      'upstream_unreachable',
      'silence',
      'upstream_rejected',
      GOOD,
      [[START], 'cut'],
      [[START, OPEN, TEXT], 'cut'],
      [[START, OPEN, TEXT], 100_000, [CLOSE, END]],
    ];
    const pick = (): Scripted => kinds[Math.floor(draw() * kinds.length)] as Scripted;
    for (let round = 0; round < 500; round += 1) {
      const done = await run(plan(['a:p/1', 'a:q/1', 'b:p/2']), {
        'p/1': [pick(), pick()],
        'q/1': [pick(), pick()],
        'p/2': [pick(), pick()],
      });
      expect(done.calls.length).toBeLessThanOrEqual(3);
      if (done.executed.outcome.kind === 'stream') await readOut(done);
      expect(done.clock.armed.size).toBe(0);
      expect(done.running.size).toBe(0);
    }
  });
});
