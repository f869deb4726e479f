// Where the same language is spoken elsewhere: the model in the path, the version in the body.
// Sources: platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai and …/claude-on-amazon-bedrock,
// docs.aws.amazon.com/bedrock, InvokeModel.

import { asArray } from '#base/json.ts';
import type { JsonDraft } from '#base/json.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { noted } from './notes.ts';
import { quirk } from './quirks.ts';
import { VERSION } from './wire.ts';

const BODY_VERSIONS: ReadonlyMap<string, string> = new Map([
  ['vertex', 'vertex-2023-10-16'],
  ['bedrock', 'bedrock-2023-05-31'],
]);

export function path(model: string, stream: boolean, quirks: Quirks): string {
  const name = encodeURIComponent(model);
  switch (quirk(quirks, 'envelope')) {
    case 'vertex':
      // A version stands after an @, which the path may hold as it is.
      return `/publishers/anthropic/models/${name.replaceAll('%40', '@')}:${stream ? 'streamRawPredict' : 'rawPredict'}`;
    case 'bedrock':
      return `/model/${name}/${stream ? 'invoke-with-response-stream' : 'invoke'}`;
    default:
      return '/messages';
  }
}

export function headers(request: ChatRequest, quirks: Quirks): Readonly<Record<string, string>> {
  const envelope = quirk(quirks, 'envelope');
  const betas = noted(request.extras, 'anthropic-beta');
  const named = typeof betas === 'string' && envelope !== 'bedrock' ? { 'anthropic-beta': betas } : {};
  if (envelope !== 'anthropic') return named;
  const version = noted(request.extras, 'anthropic-version');
  return { 'anthropic-version': typeof version === 'string' ? version : VERSION, ...named };
}

export function wrap(body: JsonDraft, request: ChatRequest, quirks: Quirks): void {
  const envelope = String(quirk(quirks, 'envelope'));
  const version = BODY_VERSIONS.get(envelope);
  if (version === undefined) return;
  delete body['model'];
  body['anthropic_version'] ??= version;
  if (envelope !== 'bedrock') return;
  delete body['stream'];
  const betas = noted(request.extras, 'anthropic-beta');
  if (typeof betas !== 'string') return;
  const named = betas.split(',').map((beta) => beta.trim());
  body['anthropic_beta'] = [...new Set([...(asArray(body['anthropic_beta']) ?? []), ...named])];
}
