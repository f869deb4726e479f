// Text to snapshot, or to everything that is wrong with it.

import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isObject } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { DialectId } from '#canonical/foreign.ts';
import type { QuirkVocabulary } from '#canonical/quirk.ts';
import type { Catalogue } from '#providers/catalogue.ts';
import { envSource } from '#secrets/env.ts';
import type { Environment } from '#secrets/env.ts';
import { fileSource } from '#secrets/file.ts';
import { secretReader } from '#secrets/source.ts';
import { checkFallbacks } from './checks/fallbacks.ts';
import { checkOperations } from './checks/operations.ts';
import { checkKeys } from './checks/keys.ts';
import { checkLimits } from './checks/limits.ts';
import { checkModels } from './checks/models.ts';
import { checkPolicies } from './checks/policies.ts';
import { checkPrices } from './checks/prices.ts';
import { checkProviders } from './checks/providers.ts';
import { checkRouting } from './checks/routing.ts';
import type { Scene } from './checks/scene.ts';
import { schemaComplaints, withoutEchoes } from './complaints.ts';
import { locate, parseConfigDocument } from './document.ts';
import { findProviders } from './find-providers.ts';
import { makeSnapshot } from './make-snapshot.ts';
import type { Complaint, Problem } from './problem.ts';
import { configSchema } from './schema.ts';
import { checkServer } from './server-settings.ts';
import type { Overrides } from './server-settings.ts';
import type { Snapshot } from './snapshot.ts';

export interface LoadOptions {
  /** The configuration itself. Absent: `file` is read; with neither there is no file, which is fine. */
  readonly text?: string | undefined;
  /** Path of the file; `file:` secrets are relative to its directory. */
  readonly file?: string | undefined;
  readonly env: Environment;
  readonly catalogue: Catalogue;
  /** Quirks by dialect: which dialects there are, and what each lets a provider choose. */
  readonly vocabularies: Readonly<Record<DialectId, QuirkVocabulary>>;
  /** Base URL of the built-in simulator, which serves where no other provider is on. */
  readonly simulatorUrl?: string | undefined;
  /** What the command line says. */
  readonly overrides?: Overrides | undefined;
  /** What is in force, when it is to be replaced: prices are compared with it. */
  readonly predecessor?: Snapshot | undefined;
}

/** What is wrong across fields. The shape of each field is the schema's affair. */
const CHECKS: readonly ((scene: Scene) => readonly Complaint[])[] = [
  checkServer,
  checkKeys,
  checkProviders,
  checkPrices,
  checkModels,
  checkLimits,
  checkRouting,
  checkPolicies,
  checkFallbacks,
  checkOperations,
];

const NOT_A_MAP: Complaint = {
  path: [],
  message: 'the file is not a map',
  expected: 'keys such as server, providers and models',
};

/** An error holds every problem, in the order of the file. Reads the file and the files of secrets; nothing else. */
export function loadConfig(options: LoadOptions): Result<Snapshot, readonly Problem[]> {
  const text = readText(options);
  if (!text.ok) return text;
  const document = parseConfigDocument(text.value);
  if (!document.ok) return document;
  const { value, duplicates } = document.value;
  if (!isObject(value)) return err([locate(NOT_A_MAP, document.value)]);
  const scene = setScene(value, options);
  const found = [...schemaComplaints(configSchema, value), ...CHECKS.flatMap((check) => check(scene))];
  const complaints = withoutEchoes(found);
  const problems = [...duplicates, ...complaints.map((complaint) => locate(complaint, document.value))];
  if (problems.length > 0) return err(problems.sort(byPlace));
  return ok(makeSnapshot(configSchema.parse(value), scene));
}

function readText({ text, file }: LoadOptions): Result<string, readonly Problem[]> {
  if (text !== undefined || file === undefined) return ok(text ?? '');
  try {
    return ok(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    return err([{ path: file, message: `the file cannot be read: ${reason}` }]);
  }
}

function setScene(raw: JsonObject, options: LoadOptions): Scene {
  const { env, catalogue, vocabularies, file, simulatorUrl, overrides = {}, predecessor } = options;
  return {
    raw,
    env,
    catalogue,
    vocabularies,
    file,
    overrides,
    simulatorUrl,
    predecessor,
    on: findProviders({ raw, env, catalogue, simulator: simulatorUrl !== undefined }),
    readSecret: secretReader([envSource(env), fileSource(file === undefined ? '.' : dirname(file))]),
  };
}

/** What does not stand in the file comes first. */
function byPlace(a: Problem, b: Problem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
