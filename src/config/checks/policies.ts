// Rules of the operator: their conditions can be read, what they name is there, and no two have the same name.

import { asArray, asObject, asString } from '#base/json.ts';
import { nearest } from '#base/nearest.ts';
import { compileCondition } from '../policies/conditions.ts';
import type { Complaint, Path } from '../problem.ts';
import { unknownModel } from './fallbacks.ts';
import { checkTarget, namesIn } from './models.ts';
import { isKnownModel, providerNames } from './scene.ts';
import type { Scene } from './scene.ts';

const PROVIDER_LISTS = ['only', 'ignore', 'order'] as const;

export function checkPolicies(scene: Scene): readonly Complaint[] {
  const names = new Set<string>();
  return (asArray(scene.raw.policies) ?? []).flatMap((value, index) => {
    const policy = asObject(value);
    const path: Path = ['policies', index];
    const name = asString(policy?.name);
    const twice = name !== undefined && names.has(name);
    if (name !== undefined) names.add(name);
    const set = asObject(policy?.set) ?? {};
    const empty = policy?.set !== undefined && Object.keys(set).length === 0;
    return [
      ...(empty
        ? [{ path: [...path, 'set'], message: 'sets nothing', expected: 'at least one setting' }]
        : []),
      ...(twice ? [{ path: [...path, 'name'], message: `another policy is called "${name}"` }] : []),
      ...checkCondition(asString(policy?.when), [...path, 'when']),
      ...namesIn(set.targets, [...path, 'set', 'targets']).flatMap((target) => checkTarget(target, scene)),
      ...namesIn(set.fallback, [...path, 'set', 'fallback']).flatMap((model) =>
        isKnownModel(model.name, scene) ? [] : [unknownModel(model.name, model.path, scene)],
      ),
      ...PROVIDER_LISTS.flatMap((list) =>
        namesIn(set[list], [...path, 'set', list]).flatMap((named) => checkProvider(named, scene)),
      ),
      ...(set.balance !== undefined && set.strategy !== 'balanced'
        ? [
            {
              path: [...path, 'set', 'balance'],
              message: 'is for the strategy balanced only',
              expected: 'strategy: balanced',
            },
          ]
        : []),
    ];
  });
}

function checkCondition(when: string | undefined, path: Path): readonly Complaint[] {
  if (when === undefined || when === '') return [];
  const condition = compileCondition(when);
  if (condition.ok) return [];
  const { message, column } = condition.error;
  const at = column === undefined ? '' : ` (at character ${column})`;
  return [
    {
      path,
      message: `${message}${at}`,
      expected: 'a condition in CEL; docs/policies.md lists what can be asked',
    },
  ];
}

function checkProvider(
  { name, path }: { readonly name: string; readonly path: Path },
  scene: Scene,
): readonly Complaint[] {
  const known = providerNames(scene);
  const [id = ''] = name.split('/');
  if (known.includes(id)) return [];
  return [{ path, message: `unknown provider "${name}"`, nearest: nearest(name, known)[0] }];
}
