// Asking a gateway, and reading an answer as a client would: the text, how it ended, and what was said of errors.

import { SseFramer } from '#framing/sse.ts';
import type { Generation } from '#accounting/generation.ts';
import type { AttemptEntry } from '#simulator/index.ts';
import { until } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** `data: [DONE]` came. */
  readonly done: boolean;
  /** The code of every error object. */
  readonly errors: readonly string[];
  readonly finish: string | null;
  /** The body as it came. */
  readonly raw: string;
}

export interface Question {
  readonly model: string;
  readonly stream: boolean;
  readonly say?: string;
  /** More fields of the request. */
  readonly more?: object;
}

export async function ask(gateway: TestGateway, { model, stream, say, more }: Question): Promise<Received> {
  const messages = [{ role: 'user', content: say ?? 'Words, zażółć.' }];
  const response = await fetch(`${gateway.url}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model, stream, messages, ...more }),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const { status, headers } = response;
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true;
  return { status, headers, ...(isStream ? readStream(bytes) : readWhole(bytes)) };
}

type Read = Omit<Received, 'status' | 'headers'>;

interface Chunk {
  readonly error?: { readonly code: string };
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null; readonly refusal?: string | null };
    readonly message?: { readonly content?: string | null; readonly refusal?: string | null };
    readonly finish_reason?: string | null;
  }[];
}

function readStream(bytes: Uint8Array): Read {
  const framer = new SseFramer();
  const frames = [...framer.push(bytes), ...framer.finish()].map(({ data }) => data);
  const chunks = frames.filter((data) => data !== '[DONE]').map((data) => JSON.parse(data) as Chunk);
  return {
    text: chunks.map((chunk) => textOf(chunk.choices?.[0]?.delta)).join(''),
    done: frames.at(-1) === '[DONE]',
    errors: chunks.flatMap(({ error }) => (error === undefined ? [] : [error.code])),
    finish: chunks.map((chunk) => chunk.choices?.[0]?.finish_reason).findLast((reason) => reason) ?? null,
    raw: Buffer.from(bytes).toString(),
  };
}

function readWhole(bytes: Uint8Array): Read {
  const raw = Buffer.from(bytes).toString();
  const body = JSON.parse(raw) as Chunk;
  const choice = body.choices?.[0];
  return {
    text: textOf(choice?.message),
    done: choice !== undefined,
    errors: body.error === undefined ? [] : [body.error.code],
    finish: choice?.finish_reason ?? null,
    raw,
  };
}

function textOf(said?: { readonly content?: string | null; readonly refusal?: string | null }): string {
  return said?.content ?? said?.refusal ?? '';
}

/** The record of an answer: it is settled before the client sees the end. */
export function recordOf(gateway: TestGateway, { headers }: Received): Generation {
  const id = headers.get('x-clew-generation-id');
  const record = gateway.generations.find((generation) => generation.id === id);
  if (record === undefined) throw new Error(`no record of ${id}`);
  return record;
}

/** The calls that the simulator had for a model, once they are over there too. */
export async function callsOf(gateway: TestGateway, model: string): Promise<readonly AttemptEntry[]> {
  const calls = (): readonly AttemptEntry[] =>
    gateway.simulator.entries().filter((entry) => entry.model === model);
  await until(() => calls().every(({ ended }) => ended !== null));
  return calls();
}
