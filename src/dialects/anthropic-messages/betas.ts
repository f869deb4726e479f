// Names of beta features, which clients send in a header. Servers other than the vendor's own refuse the whole request for
// a name that they do not know, so only known ones go there.
// Sources: docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html,
// platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai.

import type { Loss } from '#canonical/loss.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { noted } from './notes.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** By envelope; an envelope that is not here takes all. */
const TAKEN: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'bedrock',
    words(
      'computer-use-2024-10-22 computer-use-2025-01-24 computer-use-2025-11-24 token-efficient-tools-2025-02-19 ' +
        'interleaved-thinking-2025-05-14 output-128k-2025-02-19 dev-full-thinking-2025-05-14 context-1m-2025-08-07 ' +
        'context-management-2025-06-27 effort-2025-11-24 tool-search-tool-2025-10-19 tool-examples-2025-10-29 ' +
        'fine-grained-tool-streaming-2025-05-14 compact-2026-01-12',
    ),
  ],
  [
    'vertex',
    words(
      'computer-use-2025-01-24 interleaved-thinking-2025-05-14 context-1m-2025-08-07 context-management-2025-06-27 ' +
        'tool-search-tool-2025-10-19 fine-grained-tool-streaming-2025-05-14 web-search-2025-03-05',
    ),
  ],
]);

/** Those of the client that the server takes, in the client's order. */
export function betasFor(request: ChatRequest, envelope: string): readonly string[] {
  const taken = TAKEN.get(envelope);
  return asked(request).filter((beta) => taken?.has(beta) !== false);
}

export function loseBetas(request: ChatRequest, envelope: string, losses: Loss[]): void {
  const sent = new Set(betasFor(request, envelope));
  const lost = asked(request).filter((beta) => !sent.has(beta));
  if (lost.length === 0) return;
  const why = `The server refuses requests that name ${lost.join(', ').slice(0, 200)}.`;
  losses.push({
    path: 'extras.anthropic-beta',
    did: lost.length < asked(request).length ? 'changed' : 'dropped',
    why,
  });
}

function asked({ extras }: ChatRequest): readonly string[] {
  const written = noted(extras, 'anthropic-beta');
  if (typeof written !== 'string') return [];
  return [...new Set(written.split(',').map((beta) => beta.trim()))].filter((beta) => beta !== '');
}
