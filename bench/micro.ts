// What the pure parts cost on their own, without sockets: microseconds a piece, median of some batches. For whoever
// changes one of them. Usage: node scripts/bun.mjs bench/micro.ts

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '#accounting/journal-file.ts';
import type { Generation } from '#accounting/generation.ts';
import type { Frame } from '#base/frame.ts';
import { nanoDollars } from '#base/money.ts';
import { seededDraw } from '#base/random.ts';
import type { ClientDialect } from '#dialects/dialect.ts';
import { openaiChat } from '#dialects/openai-chat/index.ts';
import { SseFramer } from '#framing/sse.ts';
import { makePlan } from '#routing/make-plan.ts';
import { DEFAULT_LIMITS } from '#routing/plan.ts';
import type { Routes, StrategyName } from '#routing/routes.ts';
import { Statistics } from '#routing/statistics/statistics.ts';
import type { View } from '#routing/view.ts';
import { target } from '../test/support/targets.ts';
import { spread } from './statistics.ts';
import { table } from './tables.ts';
import { EVENTS, requestBody } from './wire.ts';

const BATCHES = 7;
const BATCH_MS = 100;

interface Case {
  readonly name: string;
  /** Pieces that one run handles. */
  readonly pieces: number;
  readonly run: () => unknown;
}

const chunks = EVENTS.map((event) => Buffer.from(event));
const whole = Buffer.concat(chunks);
const frames: readonly Frame[] = EVENTS.map((event) => ({ data: event.slice('data: '.length).trimEnd() }));
const { provider, relay } = openaiChat;
const client: ClientDialect = openaiChat.client;

function decodeStream() {
  const decoder = provider.openDecoder({});
  return [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.finish()];
}
const events = decodeStream();

const requestText = requestBody('bench/model', true);
const head = { path: '/v1/chat/completions', query: '', header: () => undefined };
function decodeRequest() {
  const decoded = client.decodeRequest(JSON.parse(requestText), head);
  if (!decoded.ok) throw new Error(decoded.error.message);
  return decoded.value;
}
const request = decodeRequest();

const statistics = new Statistics();

/** A plan, and its explanation as it goes into the record. */
function planCase(count: number, strategy: StrategyName): Case {
  const price = { input: 1_000_000, output: 5_000_000, cacheRead: 100_000, version: 'bench' };
  const targets = Array.from({ length: count }, (_, index) => target(`p${index}/a`, { price }));
  const model = { name: request.model, targets, strategy, fallback: [], limits: DEFAULT_LIMITS };
  for (const one of targets) {
    const seen = statistics.of(one);
    for (let at = 0; at < 5_000; at += 100) {
      seen.begin(at);
      seen.firstToken(400 + (at % 300), 0, at + 400);
      seen.end(
        { succeeded: true, startedAt: at, begun: true, outputTokens: 100, writingMs: 2_000 },
        at + 2_400,
      );
    }
  }
  const routes: Routes = { models: new Map([[model.name, model]]), providers: new Map() };
  const view = (): View => statistics.view(8_000);
  const options = { routes, allows: () => true, draw: seededDraw(1), view };
  return {
    name: `routing: plan and explanation, ${strategy}, targets: ${count}`,
    pieces: 1,
    run: () => {
      const plan = makePlan(request, options);
      return plan.ok && JSON.stringify(plan.value.explanation);
    },
  };
}

function generation(serial: number): Generation {
  const usage = { inputTotal: 57, outputTotal: 60 };
  const cost = nanoDollars(44_550);
  const attempt = { target: 'one/a', provider: 'one', startedMs: 1, endedMs: 900, status: 200, usage, cost };
  return {
    id: `gen-1760000000-${serial.toString().padStart(20, '0')}`,
    startedMs: 1_760_000_000_000,
    path: head.path,
    dialect: openaiChat.id,
    key: 'bench',
    model: request.model,
    stream: true,
    passthrough: true,
    snapshot: '0123456789ab',
    attempts: [attempt],
    target: attempt.target,
    usage,
    cost,
    finish: { reason: 'stop', raw: 'stop' },
    losses: [],
    totalMs: 901,
  };
}

/** The journal's part of an exchange; its backlog is taken as the database would take it. */
function journalCase(directory: string): Case {
  const opened = openJournal({ directory });
  if (!opened.ok) throw new Error(opened.error);
  const { journal } = opened.value;
  let serial = 0;
  return {
    name: 'journal: intend and settle an exchange',
    pieces: 1,
    run: () => {
      const { id, startedMs, key, model, ...rest } = generation(serial++);
      journal.intend({ id, startedMs, key, model });
      const settled = { id, startedMs, key, model, ...rest };
      journal.settle(settled, JSON.stringify(settled));
      if (serial % 1_000 === 0) journal.acknowledge(journal.pending(1_000));
    },
  };
}

function encodeStream(): void {
  const encoder = client.openEncoder({
    request: { ...request, streamUsage: true },
    generationId: 'gen-1',
    nowSec: 0,
  });
  for (const event of events) encoder.push(event);
}

function pushAll(pieces: readonly Uint8Array[]): void {
  const framer = new SseFramer();
  for (const piece of pieces) framer.push(piece);
  framer.finish();
}

const PURE_CASES: readonly Case[] = [
  { name: 'framing: an event that arrives alone', pieces: chunks.length, run: () => pushAll(chunks) },
  { name: 'framing: an event of a large read', pieces: chunks.length, run: () => pushAll([whole]) },
  { name: 'openai-chat: decode a chunk', pieces: frames.length, run: decodeStream },
  { name: 'openai-chat: encode a chunk', pieces: frames.length, run: encodeStream },
  { name: 'openai-chat: parse and decode a request', pieces: 1, run: decodeRequest },
  {
    name: 'openai-chat: rewrite a request for passthrough',
    pieces: 1,
    run: () => relay.relayRequest(requestText, JSON.parse(requestText), 'model'),
  },
  planCase(1, 'priority'),
  planCase(2, 'priority'),
  ...(['price', 'latency', 'balanced'] as const).map((strategy) => planCase(10, strategy)),
];

/** Microseconds a piece in one batch. */
function batch({ pieces, run }: Case): number {
  const startedAt = performance.now();
  let runs = 0;
  while (performance.now() - startedAt < BATCH_MS) {
    run();
    runs += 1;
  }
  return ((performance.now() - startedAt) * 1000) / (runs * pieces);
}

function measure(what: Case): readonly string[] {
  batch(what);
  const { median, least } = spread(Array.from({ length: BATCHES }, () => batch(what)));
  return [what.name, median.toFixed(3), least.toFixed(3)];
}

const directory = mkdtempSync(join(tmpdir(), 'clew-micro-'));
try {
  const cases = [...PURE_CASES, journalCase(directory)];
  console.log(table(['µs a piece', 'median', 'least'], cases.map(measure)));
} finally {
  rmSync(directory, { recursive: true });
}
