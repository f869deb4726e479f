// How a provider lays out its streams: what we say that we accept, what it may say that it sends, and who reads it.

import type { Quirks } from '#canonical/quirk.ts';
import type { AnyProviderDialect, ProviderFraming } from '#dialects/dialect.ts';
import { AwsEventStreamFramer } from '#framing/aws-event-stream.ts';
import type { Framer } from '#framing/framer.ts';
import { JsonLinesFramer } from '#framing/json-lines.ts';
import { SseFramer } from '#framing/sse.ts';

/** The first is what we ask for. `application/json` is not a stream of lines: providers answer with it in one piece. */
const TYPES = {
  sse: ['text/event-stream'],
  'json-lines': [
    'application/x-ndjson',
    'application/ndjson',
    'application/jsonl',
    'application/stream+json',
  ],
  'aws-event-stream': ['application/vnd.amazon.eventstream'],
} as const satisfies Readonly<Record<ProviderFraming, readonly [string, ...string[]]>>;

export function framingOf(speaker: AnyProviderDialect, quirks: Quirks): ProviderFraming {
  return speaker.streamFraming?.(quirks) ?? 'sse';
}

export function acceptOf(speaker: AnyProviderDialect, quirks: Quirks): string {
  return TYPES[framingOf(speaker, quirks)][0];
}

export function isStream(contentType: string, framing: ProviderFraming): boolean {
  for (const type of TYPES[framing]) if (contentType.startsWith(type)) return true;
  return false;
}

export function openFramer(framing: ProviderFraming): Framer {
  if (framing === 'sse') return new SseFramer();
  return framing === 'json-lines' ? new JsonLinesFramer() : new AwsEventStreamFramer();
}
