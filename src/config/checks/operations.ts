// Models that stand in for each other must do the same: vectors are no answer to a chat. What is not known is not judged.

import { asArray, asObject, asString } from '#base/json.ts';
import { operationOf } from '#canonical/asked.ts';
import { chats, ENDPOINT_TRAITS, TRAIT_NAMES } from '#providers/trait.ts';
import type { Trait } from '#providers/trait.ts';
import type { Complaint } from '../problem.ts';
import { splitTarget } from '../target-name.ts';
import { definedModels, targetNames } from './models.ts';
import type { DefinedModel } from './models.ts';
import type { Scene } from './scene.ts';

/** What a target does, in the words of its traits; a text is gone on with by whoever chats, too. */
type Work = 'chat' | Trait;

const WORK_OF_LANGUAGE: Readonly<Partial<Record<ReturnType<typeof operationOf>, Work>>> = {
  chat: 'chat',
  completions: 'chat',
  embeddings: 'embeddings',
  rerank: 'rerank',
  moderations: 'moderation',
  speech: 'speech',
  transcriptions: 'transcription',
  translations: 'transcription',
  images: 'images',
  'image-edits': 'images',
  'image-variations': 'images',
};

export function checkOperations(scene: Scene): readonly Complaint[] {
  const models = definedModels(scene);
  return [...models.values()].flatMap((model) => {
    const [first, ...others] = model.targets;
    const works = first === undefined ? undefined : worksOf(first.name, scene);
    const named = [
      ...others.map((target) => ({ ...target, works: worksOf(target.name, scene) })),
      ...model.fallback.map((fallback) => ({ ...fallback, works: worksIn(fallback.name, models, scene) })),
    ];
    return named.flatMap(({ name, path, works: other }) => {
      if (works === undefined || other === undefined || other.some((work) => works.includes(work))) return [];
      const message = `"${name}" is for ${other.join(' and ')}, "${model.name}" for ${works.join(' and ')}`;
      return [{ path, message, expected: 'models that do the same' }];
    });
  });
}

/** Of a fallback: a model of the file does what its first target does. */
function worksIn(
  name: string,
  models: ReadonlyMap<string, DefinedModel>,
  scene: Scene,
): readonly Work[] | undefined {
  const model = models.get(name);
  return worksOf(model === undefined ? name : (targetNames(model)[0] ?? ''), scene);
}

/** Undefined where nobody knows. */
function worksOf(name: string, scene: Scene): readonly Work[] | undefined {
  const parts = splitTarget(name);
  if (parts === undefined) return undefined;
  const traits = traitsOf(parts.provider, parts.model, scene);
  if (traits.length > 0 && chats(traits)) return ['chat'];
  const told = traits.filter((trait) => ENDPOINT_TRAITS.includes(trait));
  if (told.length > 0) return told.map((trait) => (trait === 'completions' ? 'chat' : trait));
  return worksOfLanguages(parts.provider, scene);
}

function traitsOf(provider: string, model: string, { raw, catalogue }: Scene): readonly Trait[] {
  const inFile = asObject(asObject(asObject(asObject(raw.providers)?.[provider])?.models)?.[model]);
  const written = asArray(inFile?.traits)?.flatMap(
    (trait) => TRAIT_NAMES.find((name) => name === trait) ?? [],
  );
  return written ?? catalogue.get(provider)?.models.get(model)?.traits ?? [];
}

/** A provider that speaks to one end only says by that what its models do. */
function worksOfLanguages(provider: string, { raw, catalogue }: Scene): readonly Work[] | undefined {
  const config = asObject(asObject(raw.providers)?.[provider]);
  const own = [config?.dialect, ...(asArray(config?.also) ?? [])].flatMap(
    (language) => asString(language) ?? [],
  );
  const spoken = own.length > 0 ? own : Object.keys(catalogue.get(provider)?.entry.speaks ?? {});
  const works = new Set(spoken.map((language) => WORK_OF_LANGUAGE[operationOf(language)]));
  const [only] = works;
  return works.size === 1 && only !== undefined ? [only] : undefined;
}
