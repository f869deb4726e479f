// Rules about what Clew is built on: few packages, exactly those, each with a reason, none that runs code on install.

import { importsOf } from './imports.ts';
import { programOf } from './tree.ts';
import type { Tree } from './tree.ts';

/** Runtime packages in package.json, and with all that they bring; executables for single platforms are not counted. */
const DIRECT_MAX = 11;
// Most come with the credential libraries of two clouds, which load with the first call that needs them.
const PRODUCTION_MAX = 57;

/** The runtime itself: npm brings its executable, and the install script only moves it (bin/find-bun.mjs does without). */
const MAY_HAVE_INSTALL_SCRIPT = new Set(['node_modules/bun']);

const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, Locked>>;
}

export function packageProblems(tree: Tree): readonly string[] {
  const manifest = JSON.parse(tree.texts.get('package.json') ?? '{}') as Manifest;
  const lock = JSON.parse(tree.texts.get('package-lock.json') ?? '{"packages":{}}') as Lock;
  const direct = Object.keys(manifest.dependencies ?? {});
  const all = { ...manifest.dependencies, ...manifest.devDependencies };
  const reasons = tree.texts.get('docs/dependencies.md') ?? '';
  return [
    ...Object.entries(all).flatMap(([name, version]) => [
      ...(EXACT.test(version) ? [] : [`${name}: ${version} is not one exact version`]),
      ...(lock.packages[`node_modules/${name}`]?.version === version
        ? []
        : [`${name}: the lock file has another version`]),
      ...(reasons.includes(`| \`${name}\` |`) ? [] : [`${name} has no line in docs/dependencies.md`]),
    ]),
    ...unusedPackages(tree, direct),
    ...lockProblems(lock),
    ...(direct.length > DIRECT_MAX
      ? [`${direct.length} runtime packages, ${DIRECT_MAX} are the budget`]
      : []),
  ];
}

/** Bun is not imported by its name: it is what runs. */
function unusedPackages(tree: Tree, direct: readonly string[]): readonly string[] {
  const used = new Set(programOf(tree).flatMap((source) => importsOf(source).map((made) => made.package)));
  return direct
    .filter((name) => name !== 'bun' && !used.has(name))
    .map((name) => `${name} is used nowhere in src/`);
}

function lockProblems({ packages }: Lock): readonly string[] {
  const production = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  const everywhere = production.filter(([, { optional }]) => optional !== true);
  return [
    ...(production.length === 0 ? ['the lock file names no package'] : []),
    ...production
      .filter(
        ([path, { hasInstallScript }]) => hasInstallScript === true && !MAY_HAVE_INSTALL_SCRIPT.has(path),
      )
      .map(([path]) => `${path} has an install script`),
    ...Object.entries(packages)
      .filter(([, { resolved }]) => resolved?.includes('://') === true)
      .map(([path]) => `${path}: the lock file says where it was downloaded from`),
    ...missingPlatforms(packages),
    ...(everywhere.length > PRODUCTION_MAX
      ? [`${everywhere.length} production packages, ${PRODUCTION_MAX} are the budget`]
      : []),
  ];
}

/** `npm ci` refuses a lock file that leaves out the executables of other platforms, as npm writes it when it cannot get them. */
function missingPlatforms(packages: Lock['packages']): readonly string[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) => {
    const missing = Object.keys(optionalDependencies).filter((name) => !(`node_modules/${name}` in packages));
    return missing.length === 0
      ? []
      : [`${path}: ${missing.length} of its optional packages are not in the lock file`];
  });
}
