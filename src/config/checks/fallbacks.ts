// Fallbacks must lead somewhere new: not to nothing, not back, not to what was tried already.

import { nearest } from '#base/nearest.ts';
import type { Complaint, Path } from '../problem.ts';
import { definedModels, targetNames } from './models.ts';
import type { DefinedModel } from './models.ts';
import { isKnownModel, knownModels } from './scene.ts';
import type { Scene } from './scene.ts';

export function checkFallbacks(scene: Scene): readonly Complaint[] {
  const models = definedModels(scene);
  return [...models.values()].flatMap((model) => checkList(model, models, scene)).concat(checkCycles(models));
}

function checkList(
  model: DefinedModel,
  models: ReadonlyMap<string, DefinedModel>,
  scene: Scene,
): readonly Complaint[] {
  const complaints: Complaint[] = [];
  const before = new Set<string>();
  const tried = new Set(targetNames(model));
  for (const { name, path } of model.fallback) {
    const message = unreachable(name, model, before) ?? addsNothing(models.get(name), tried);
    if (message !== undefined) complaints.push({ path, message });
    else if (!isKnownModel(name, scene)) complaints.push(unknownModel(name, path, scene));
    before.add(name);
    for (const target of targetNames(models.get(name))) tried.add(target);
  }
  return complaints;
}

function unreachable(name: string, model: DefinedModel, before: ReadonlySet<string>): string | undefined {
  if (name === model.name) return `unreachable fallback: "${name}" names itself`;
  return before.has(name) ? `unreachable fallback: "${name}" is named before in this list` : undefined;
}

/** Every target is tried once, so a fallback without one of its own never gets a turn. */
function addsNothing(fallback: DefinedModel | undefined, tried: ReadonlySet<string>): string | undefined {
  const targets = targetNames(fallback);
  if (fallback === undefined || targets.length === 0 || fallback.fallback.length > 0) return undefined;
  if (!targets.every((target) => tried.has(target))) return undefined;
  return `unreachable fallback: all targets of "${fallback.name}" have been tried before it`;
}

export function unknownModel(name: string, path: Path, scene: Scene): Complaint {
  return {
    path,
    message: `unknown model "${name}"`,
    nearest: nearest(name, knownModels(scene))[0],
    expected: 'a model of this file, or provider/model',
  };
}

/** Every cycle once, at the fallback that closes it. A model that names itself is told above. */
function checkCycles(models: ReadonlyMap<string, DefinedModel>): readonly Complaint[] {
  const complaints: Complaint[] = [];
  const seen = new Set<string>();
  /** The way from the first model to this one: only a fallback to a model on it closes a cycle. */
  const trail = new Set<string>();
  const walk = (model: DefinedModel): void => {
    seen.add(model.name);
    trail.add(model.name);
    for (const { name, path } of model.fallback) {
      const next = models.get(name);
      if (next === undefined || next === model) continue;
      if (trail.has(name)) {
        const way = [...trail];
        const cycle = [...way.slice(way.indexOf(name)), name].join(' → ');
        complaints.push({ path, message: `fallbacks go in a cycle: ${cycle}` });
      } else if (!seen.has(name)) walk(next);
    }
    trail.delete(model.name);
  };
  for (const model of models.values()) if (!seen.has(model.name)) walk(model);
  return complaints;
}
