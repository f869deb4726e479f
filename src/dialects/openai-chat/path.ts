// Where a completion is asked for, under the base URL.

import type { Quirks } from '#canonical/quirk.ts';
import { quirk } from './quirks.ts';

/** Source of the older surface of Azure: learn.microsoft.com/azure/ai-services/openai/reference. */
export function path(model: string, _stream: boolean, quirks: Quirks): string {
  const version = quirk(quirks, 'deploymentPath');
  if (version === 'none') return '/chat/completions';
  return `/deployments/${encodeURIComponent(model)}/chat/completions?api-version=${version}`;
}
