// `npm run overload`: three times as much as a provider takes, and more than the gateway itself takes, over real sockets; the
// gateway is a process of its own. Prints the figures and ends with 1 where one does not hold. Takes about a minute and a half.

import { join } from 'node:path';

import { PRIORITIES } from '#canonical/priority.ts';
import type { Priority } from '#canonical/priority.ts';
import { seededDraw } from '#base/random.ts';
import { startSimulator } from '#simulator/index.ts';
import type { Simulator } from '#simulator/index.ts';
import { freshFolder } from '../support/folder.ts';
import { startGatewayProcess } from '../support/processes.ts';
import type { GatewayProcess } from '../support/processes.ts';
import { quantile } from './world.ts';

const CAPACITY = 20;
const MODEL = 'words-40+ttft-300+rate-40';
/** The same of somebody who takes as many as come. */
const WIDE = 'words-40+ttft-301+rate-40';
/**
 * Words of an answer, from and below. Where all are of one length, calls that began together end together for ever, and who
 * comes between waits for as long as an answer takes.
 */
const WORDS = [8, 33] as const;
/** Milliseconds of one answer, about: what the name of the model says of twenty words. */
const SERVICE_MS = 800;
const PEAK = (CAPACITY * 1_000) / SERVICE_MS;
const SECONDS = 25;
const WARM_MS = 8_000;
const MIX: Readonly<Record<Priority, number>> = { low: 0.3, normal: 0.5, high: 0.12, critical: 0.08 };
/** Exchanges at once that the gateway takes in the second part. */
const IN_FLIGHT = 100;

interface Seen {
  readonly priority: Priority;
  readonly at: number;
  readonly status: number;
  /** To the head, and to the end. */
  readonly headMs: number;
  readonly totalMs: number;
  readonly whole: boolean;
  readonly retry: string;
}

interface Figure {
  readonly what: string;
  readonly measured: string;
  readonly holds: boolean;
}

interface Asked {
  readonly model: string;
  readonly priority: Priority;
  readonly words: number;
  readonly at: number;
}

async function ask(gateway: GatewayProcess, { model, priority, words, at }: Asked): Promise<Seen> {
  const startedAt = performance.now();
  const answer = await fetch(`http://127.0.0.1:${gateway.port}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${priority}-key` },
    body: JSON.stringify({
      model,
      stream: true,
      max_tokens: words,
      messages: [{ role: 'user', content: 'Hi.' }],
    }),
  });
  const headMs = performance.now() - startedAt;
  const text = await answer.text();
  const retry = `${answer.headers.get('x-should-retry')} ${answer.headers.get('retry-after')}`;
  const whole = answer.status === 200 && text.trimEnd().endsWith('data: [DONE]');
  return {
    priority,
    at,
    status: answer.status,
    headMs,
    totalMs: performance.now() - startedAt,
    whole,
    retry,
  };
}

/** Requests at random moments, so many a second, whatever comes of them. */
async function load(
  gateway: GatewayProcess,
  { model, perSecond, seed }: { model: string; perSecond: number; seed: number },
): Promise<readonly Seen[]> {
  const draw = seededDraw(seed);
  const began = performance.now();
  const running: Promise<Seen>[] = [];
  for (let at = 0; at < SECONDS * 1_000; at += (-Math.log(1 - draw()) * 1_000) / perSecond) {
    const wait = began + at - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    const words = WORDS[0] + Math.floor(draw() * (WORDS[1] - WORDS[0]));
    running.push(ask(gateway, { model, priority: classOf(draw()), words, at }));
  }
  return Promise.all(running);
}

function classOf(chance: number): Priority {
  let left = chance;
  for (const priority of PRIORITIES) {
    left -= MIX[priority];
    if (left < 0) return priority;
  }
  return 'normal';
}

const late = (seen: readonly Seen[]): readonly Seen[] => seen.filter(({ at }) => at >= WARM_MS);
const perSecond = (seen: readonly Seen[]): number =>
  (late(seen).filter(({ whole }) => whole).length * 1_000) / (SECONDS * 1_000 - WARM_MS);
const percent = (part: number): string => `${(part * 100).toFixed(1)} %`;

function successOf(seen: readonly Seen[], priority: Priority): number {
  const own = late(seen).filter((one) => one.priority === priority);
  return own.filter(({ whole }) => whole).length / Math.max(1, own.length);
}

async function providerTooSmall(gateway: GatewayProcess): Promise<readonly Figure[]> {
  const usual = await load(gateway, { model: 'm', perSecond: PEAK / 2, seed: 1 });
  const peak = perSecond(await load(gateway, { model: 'm', perSecond: PEAK, seed: 2 }));
  const over = await load(gateway, { model: 'm', perSecond: 3 * PEAK, seed: 3 });
  const p99 = (seen: readonly Seen[]): number =>
    quantile(
      late(seen).flatMap(({ whole, totalMs }) => (whole ? [totalMs] : [])),
      0.99,
    );
  const goodput = perSecond(over);
  const others = over.filter(({ status }) => status !== 200);
  const kinds = [...new Set(others.map(({ status, retry }) => `${status} ${retry.replace(/\d+$/, 'n')}`))];
  return [
    {
      what: 'three times as much as the provider takes: answers a second, of those at its peak (at least 90 %)',
      measured: `${goodput.toFixed(1)} of ${peak.toFixed(1)}: ${percent(goodput / peak)}`,
      holds: goodput >= 0.9 * peak,
    },
    {
      what: 'of the class critical (at least 99 %)',
      measured: PRIORITIES.toReversed()
        .map((one) => `${one} ${percent(successOf(over, one))}`)
        .join(', '),
      holds: successOf(over, 'critical') >= 0.99,
    },
    {
      what: 'p99 of those that are answered, against half load (at most twice)',
      measured: `${p99(over).toFixed(0)} ms, ${p99(usual).toFixed(0)} ms`,
      holds: p99(over) <= 2 * p99(usual),
    },
    {
      what: 'what the others hear: status, x-should-retry, retry-after',
      measured: kinds.join('; '),
      holds: kinds.length > 0 && kinds.every((kind) => kind.startsWith('503 true ')),
    },
  ];
}

type StopLooking = () => Promise<readonly number[]>;

/** How long an answer takes that costs nothing: what the machine and this process add to every time that is measured here. */
function lookBeside(gateway: GatewayProcess): StopLooking {
  const times: number[] = [];
  let over = false;
  const looking = (async () => {
    while (!over) {
      const startedAt = performance.now();
      await (await fetch(`http://127.0.0.1:${gateway.port}/healthz`)).text();
      times.push(performance.now() - startedAt);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  return async () => {
    over = true;
    await looking;
    return times;
  };
}

async function gatewayTooSmall(gateway: GatewayProcess, simulator: Simulator): Promise<readonly Figure[]> {
  simulator.clear();
  const looks = lookBeside(gateway);
  const over = await load(gateway, {
    model: 'wide',
    perSecond: (3 * IN_FLIGHT * 1_000) / SERVICE_MS,
    seed: 4,
  });
  const refused = over.filter(({ status }) => status === 503);
  const shed = refused.map(({ headMs }) => headMs);
  const empty = quantile(await looks(), 0.99);
  const broken = over.filter(({ status, whole }) => status === 200 && !whole).length;
  return [
    {
      what: `three times as much as the gateway takes: p99 of ${refused.length} refusals (at most 20 ms)`,
      measured: `${quantile(shed, 0.99).toFixed(1)} ms, an empty request beside them ${empty.toFixed(1)} ms; median of refusals ${quantile(shed, 0.5).toFixed(1)} ms`,
      holds: refused.length > 0 && quantile(shed, 0.99) <= 20,
    },
    {
      what: 'of the class critical (at least 99 %); calls of the provider are those that were answered',
      measured: `${percent(successOf(over, 'critical'))}; ${simulator.entries().length} calls, ${over.length - refused.length} answers, ${broken} broken`,
      holds:
        successOf(over, 'critical') >= 0.99 &&
        broken === 0 &&
        simulator.entries().length === over.length - refused.length,
    },
  ];
}

async function run(): Promise<number> {
  const simulator = await startSimulator({ maxEntries: 100_000 });
  simulator.setCapacity(MODEL, CAPACITY);
  const folder = freshFolder();
  for (const priority of PRIORITIES) await Bun.write(join(folder, priority), `${priority}-key`);
  const keys = PRIORITIES.map((name) => `  - { name: ${name}, secret: "file:${name}", priority: ${name} }`);
  const config = `
server: { shed: { in_flight: ${IN_FLIGHT} } }
providers:
  sim: { dialect: openai-chat, url: "${simulator.url}", auth: none }
keys:
${keys.join('\n')}
models:
  m: { targets: [ "sim/${MODEL}" ], queue: ${SERVICE_MS}ms }
  wide: { targets: [ "sim/${WIDE}" ] }
`;
  const gateway = await startGatewayProcess(config, { folder });
  try {
    const figures = [...(await providerTooSmall(gateway)), ...(await gatewayTooSmall(gateway, simulator))];
    for (const { what, measured, holds } of figures)
      process.stdout.write(`${holds ? 'holds' : 'DOES NOT HOLD'}  ${what}\n       ${measured}\n`);
    return figures.every(({ holds }) => holds) ? 0 : 1;
  } finally {
    await gateway.stop();
    await simulator.stop();
  }
}

process.exit(await run());
