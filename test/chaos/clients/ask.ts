// One request of one client, over a real socket and within a time of its own: what it saw, and when.

import { createParser } from 'eventsource-parser';

import { parseJson } from '#base/json.ts';
import type { ChaosClient, Read, StreamEvent, Taken } from './client.ts';

export interface Question {
  /** Without a path: `http://127.0.0.1:1234`. */
  readonly origin: string;
  readonly model: string;
  readonly stream: boolean;
  readonly say: string;
  /** How long the client waits for the end, in milliseconds. Beyond it the answer is a hang. */
  readonly patienceMs: number;
}

export interface Seen extends Omit<Read, 'taken'> {
  readonly taken: Taken;
  readonly status: number | undefined;
  readonly generation: string | undefined;
  /** Milliseconds since the request began; of the first bytes of the body. */
  readonly firstMs: number | undefined;
  readonly totalMs: number;
}

export async function ask(client: ChaosClient, question: Question): Promise<Seen> {
  const startedAt = performance.now();
  const since = (): number => performance.now() - startedAt;
  let [status, generation, firstMs]: [number | undefined, string | undefined, number | undefined] = [
    undefined,
    undefined,
    undefined,
  ];
  const told = (read: Omit<Seen, 'status' | 'generation' | 'firstMs' | 'totalMs'>): Seen => {
    return { ...read, status, generation, firstMs, totalMs: since() };
  };
  try {
    const { model, stream, say, origin, patienceMs } = question;
    const response = await fetch(origin + client.path(model, stream), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(client.body(model, stream, say)),
      signal: AbortSignal.timeout(patienceMs),
    });
    status = response.status;
    generation = response.headers.get('x-clew-generation-id') ?? undefined;
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body ?? []) {
      firstMs ??= since();
      pieces.push(piece);
    }
    const text = Buffer.concat(pieces).toString();
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    return told(isStream ? client.readStream(eventsIn(text)) : client.readWhole(status, parseJson(text)));
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    return told({ taken: isLate ? 'hang' : 'cut', text: '', hasUsage: false, problem: String(error) });
  }
}

/** Read with the parser of a stranger. */
function eventsIn(text: string): readonly StreamEvent[] {
  const events: StreamEvent[] = [];
  const parser = createParser({ onEvent: ({ event, data }) => void events.push({ event, data }) });
  parser.feed(text);
  return events;
}
