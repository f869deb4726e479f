// From the first request to the last signal: what keeps the process alive, and what ends it.

import { drain } from './drain.ts';
import type { DrainOptions } from './drain.ts';

export interface LifetimeOptions extends Omit<DrainOptions, 'hurry'> {
  readonly log: {
    info(event: string, fields?: Readonly<Record<string, unknown>>): void;
    error(event: string, fields?: Readonly<Record<string, unknown>>): void;
  };
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Resolves after SIGTERM or SIGINT, when the last exchange has ended or the grace is over. A second signal cuts it short. */
export async function serveUntilStopped(options: LifetimeOptions): Promise<void> {
  const { log } = options;
  guard(log);
  const hurry = new AbortController();
  await new Promise<void>((resolve) => {
    let signals = 0;
    const onSignal = (signal: NodeJS.Signals): void => {
      signals += 1;
      log.info('stopping', { signal, running: options.live.count });
      if (signals > 1) hurry.abort();
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
  const cut = await drain({ ...options, hurry: hurry.signal });
  log.info('stopped', { cut });
}

/** Every promise has an owner; should one have none all the same, the process logs it and lives. */
function guard(log: LifetimeOptions['log']): void {
  process.on('uncaughtException', (error) => log.error('uncaught exception', { error: describe(error) }));
  process.on('unhandledRejection', (error) => log.error('unhandled rejection', { error: describe(error) }));
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
