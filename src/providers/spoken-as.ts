// In which language a target is asked, where its provider speaks several.

import type { DialectId } from '#canonical/foreign.ts';
import type { Spoken } from './entry.ts';
import type { Target } from './target.ts';

/**
 * The client's own language first, so that nothing need be translated; then the target's first; then any. The very target,
 * when that is its first. `languages` are those that can serve the request, the client's own at the front.
 */
export function spokenAs(target: Target, languages: readonly DialectId[]): Target | undefined {
  const [own = ''] = languages;
  if (target.dialect === own) return target;
  const also = target.speaks ?? {};
  if (serves(also[own], target.model)) return inAnother(target, own);
  if (languages.includes(target.dialect)) return target;
  const other = languages.find((language) => serves(also[language], target.model));
  return other === undefined ? undefined : inAnother(target, other);
}

function inAnother(target: Target, dialect: DialectId): Target {
  const spoken = target.speaks?.[dialect];
  return spoken === undefined ? target : { ...target, dialect, url: spoken.url, quirks: spoken.quirks };
}

/** A name in `models` may end with a star. */
function serves(spoken: Spoken | undefined, model: string): boolean {
  if (spoken?.models === undefined) return spoken !== undefined;
  return spoken.models.some((name) =>
    name.endsWith('*') ? model.startsWith(name.slice(0, -1)) : model === name,
  );
}
