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
  const { log, live } = options;
  guard(log);
  const hurry = new AbortController();
  await untilSignal(
    log,
    () => hurry.abort(),
    () => ({ running: live.count }),
  );
  const cut = await drain({ ...options, hurry: hurry.signal });
  log.info('stopped', { cut });
}

/** Resolves with the first SIGTERM or SIGINT; `onMore` is called with each that follows. `facts` are logged with each. */
export function untilSignal(
  log: Pick<LifetimeOptions['log'], 'info'>,
  onMore: () => void,
  facts: () => Readonly<Record<string, unknown>> = () => ({}),
): Promise<void> {
  return new Promise<void>((resolve) => {
    let signals = 0;
    const onSignal = (signal: NodeJS.Signals): void => {
      signals += 1;
      log.info('stopping', { signal, ...facts() });
      if (signals > 1) onMore();
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
}

/** Every promise has an owner; should one have none all the same, the process logs it and lives. */
function guard(log: LifetimeOptions['log']): void {
  process.on('uncaughtException', (error) => log.error('uncaught exception', { error: describe(error) }));
  process.on('unhandledRejection', (error) => log.error('unhandled rejection', { error: describe(error) }));
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
