// Where the same language is spoken elsewhere: the model in the path, the version in the body.
// Sources: platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai and …/claude-on-amazon-bedrock,
// docs.aws.amazon.com/bedrock, InvokeModel.

import { asArray } from '#base/json.ts';
import type { JsonDraft } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { betasFor, loseBetas } from './betas.ts';
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
  if (envelope !== 'anthropic') {
    const taken = envelope === 'bedrock' ? [] : betasFor(request, String(envelope));
    return taken.length === 0 ? {} : { 'anthropic-beta': taken.join(',') };
  }
  const betas = noted(request.extras, 'anthropic-beta');
  const named = typeof betas === 'string' ? { 'anthropic-beta': betas } : {};
  const version = noted(request.extras, 'anthropic-version');
  return { 'anthropic-version': typeof version === 'string' ? version : VERSION, ...named };
}

export function wrap(
  body: JsonDraft,
  request: ChatRequest,
  { quirks, losses }: { readonly quirks: Quirks; readonly losses: Loss[] },
): void {
  const envelope = String(quirk(quirks, 'envelope'));
  const version = BODY_VERSIONS.get(envelope);
  if (version === undefined) return;
  delete body['model'];
  body['anthropic_version'] ??= version;
  loseBetas(request, envelope, losses);
  if (envelope !== 'bedrock') return;
  delete body['stream'];
  const named = betasFor(request, envelope);
  if (named.length === 0) return;
  body['anthropic_beta'] = [...new Set([...(asArray(body['anthropic_beta']) ?? []), ...named])];
}
