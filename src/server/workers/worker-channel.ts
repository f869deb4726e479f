// The worker's end of the line to its supervisor. When the line breaks the supervisor is gone, and a worker that nobody
// looks after ends as after a signal: its streams may finish.

import { asNumber, asObject } from '#base/json.ts';
import type { Json } from '#base/json.ts';

/** In the environment of a worker: its number, from 1. */
export const WORKER_VARIABLE = 'CLEW_WORKER';

export function workerNumber(env: Readonly<Record<string, string | undefined>>): number | undefined {
  const number = Number(env[WORKER_VARIABLE]);
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

/** What a worker says. `ask` is the number of the question that is answered. */
export type WorkerSays =
  | { readonly say: 'ready' }
  | { readonly say: 'metrics'; readonly ask: number; readonly metrics: Json };

/** What a supervisor says. */
export interface SupervisorSays {
  readonly say: 'metrics?';
  readonly ask: number;
}

export interface Channel {
  /** The worker takes requests. */
  ready(): void;
  close(): void;
}

export interface ChannelPorts<Metrics> {
  readonly metrics: () => Promise<Metrics>;
}

export function openChannel<Metrics>({ metrics }: ChannelPorts<Metrics>): Channel {
  const answer = async (ask: number): Promise<void> => say({ say: 'metrics', ask, metrics: await metrics() });
  const onMessage = (message: unknown): void => {
    const asked = asObject(message as Json);
    if (asked?.['say'] === 'metrics?') void answer(asNumber(asked['ask']) ?? 0);
  };
  const onDisconnect = (): void => void process.kill(process.pid, 'SIGTERM');
  process.on('message', onMessage);
  process.on('disconnect', onDisconnect);
  return {
    ready: () => say({ say: 'ready' }),
    close: () => {
      process.off('message', onMessage);
      process.off('disconnect', onDisconnect);
    },
  };
}

function say(message: object): void {
  // A supervisor that is gone hears nothing; `disconnect` deals with that.
  if (process.connected) process.send?.(message);
}
