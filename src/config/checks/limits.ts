// Limits of a model that cannot hold together: each is fine by itself, and beside another one it could never come into
// force, or the other could not.

import { asArray, asObject, asString } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { DEFAULT_LIMITS } from '#routing/plan.ts';
import type { Complaint, Path } from '../problem.ts';
import { parseDuration } from '../units.ts';
import type { Scene } from './scene.ts';

/** Names as they are written; the second must not be longer than the first. What is not written has its default. */
const WITHIN: readonly (readonly [longer: string, shorter: string, why: string])[] = [
  ['deadline', 'first_content_limit', 'the whole exchange is over before that'],
  ['deadline', 'whole_answer_limit', 'the whole exchange is over before that'],
  ['deadline', 'silence_limit', 'the whole exchange is over before that'],
  ['deadline', 'connect_limit', 'the whole exchange is over before that'],
  ['deadline', 'queue', 'the whole exchange is over before that'],
  ['first_content_limit', 'connect_limit', 'the first content must have come before that'],
];
const DEFAULTS: Readonly<Record<string, number>> = {
  deadline: DEFAULT_LIMITS.deadlineMs,
  first_content_limit: DEFAULT_LIMITS.firstContentMs,
};

export function checkLimits({ raw }: Scene): readonly Complaint[] {
  const models = Object.entries(asObject(raw.models) ?? {}).flatMap(([name, value]) => {
    const model = asObject(value);
    return model === undefined ? [] : checkSettings(['models', name], model, DEFAULTS);
  });
  // What a policy does not set is the model's: only what it sets itself can be held against each other.
  const policies = (asArray(raw.policies) ?? []).flatMap((value, index) => {
    const set = asObject(asObject(value)?.set);
    return set === undefined ? [] : checkSettings(['policies', index, 'set'], set, {});
  });
  return [...models, ...policies];
}

type Defaults = Readonly<Record<string, number>>;

function checkSettings(path: Path, settings: JsonObject, defaults: Defaults): readonly Complaint[] {
  return [
    ...checkDurations(path, settings, defaults),
    ...checkCut(path, settings, defaults),
    ...checkCalls(path, settings),
  ];
}

function checkDurations(path: Path, model: JsonObject, defaults: Defaults): readonly Complaint[] {
  return WITHIN.flatMap(([longer, shorter, why]) => {
    const most = durationOf(model, longer) ?? defaults[longer];
    const written = durationOf(model, shorter);
    if (most === undefined || written === undefined || written <= most) return [];
    const said = asString(model[longer]) ?? `${most / 1_000}s if absent`;
    const message = `longer than ${longer} (${said}): ${why}`;
    const at = asObject(model[shorter]) === undefined ? [shorter] : [shorter, 'wait'];
    return [{ path: [...path, ...at], message, expected: `at most ${longer}` }];
  });
}

function durationOf(model: JsonObject, name: string): number | undefined {
  const text = asString(model[name]) ?? asString(asObject(model[name])?.wait);
  return text === undefined ? undefined : parseDuration(text);
}

/** A stream that falls silent is noticed when the limit on silence passes, and goes on after that. */
function checkCut(path: Path, settings: JsonObject, defaults: Defaults): readonly Complaint[] {
  const { on_cut: onCut } = settings;
  const silence = durationOf(settings, 'silence_limit');
  const deadline = durationOf(settings, 'deadline') ?? defaults['deadline'];
  if (onCut !== 'continue' && onCut !== 'buffer') return [];
  if (silence === undefined || silence !== deadline) return [];
  const message =
    'a silence is noticed when the whole exchange is over (deadline): nothing can be gone on with';
  return [{ path: [...path, 'on_cut'], message, expected: 'a silence_limit below deadline' }];
}

function checkCalls(at: Path, model: JsonObject): readonly Complaint[] {
  const { attempts = DEFAULT_LIMITS.attempts, attempts_per_target: perTarget, hedge } = model;
  const complaints: Complaint[] = [];
  if (typeof attempts === 'number' && typeof perTarget === 'number' && perTarget > attempts) {
    const message = `more than attempts (${attempts}): there are no more calls than that`;
    complaints.push({ path: [...at, 'attempts_per_target'], message, expected: 'at most attempts' });
  }
  if (hedge === undefined || hedge === 'off') return complaints;
  const path = [...at, 'hedge'];
  if (attempts === 1) complaints.push({ path, message: 'a hedge is a second call, and attempts is 1' });
  if (asArray(model.targets)?.length === 1) {
    complaints.push({ path, message: 'a hedge asks another target of the model, and there is only one' });
  }
  return complaints;
}
