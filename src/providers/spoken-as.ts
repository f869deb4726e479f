// In which language a target is asked, where its provider speaks several.

import type { DialectId } from '#canonical/foreign.ts';
import type { Target } from './target.ts';

/**
 * The client's own language first, so that nothing need be translated; then the target's first; then any. `languages` are
 * those that can serve the request, the client's own in front. Undefined where the target speaks none of them.
 */
export function spokenAs(target: Target, languages: readonly DialectId[]): Target | undefined {
  const [own = ''] = languages;
  if (target.dialect === own) return target;
  const inOwn = target.others?.[own];
  if (inOwn !== undefined) return inOwn;
  if (languages.includes(target.dialect)) return target;
  for (const language of languages) {
    const spoken = target.others?.[language];
    if (spoken !== undefined) return spoken;
  }
  return undefined;
}
