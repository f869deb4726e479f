// What a body says to the router, read strictly: a wish that is passed over in silence would send data where its owner did
// not want it. Several languages carry the same fields (openrouter.ai/docs, provider routing, checked 2026-11-25).

import { asArray, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { PluginWish, RoutingWishes } from '#canonical/request.ts';
import { decodeProviderWishes } from './wishes-provider.ts';
import { decodeTexts, decodeWord, LIST_LENGTH_MAX } from './wishes-read.ts';
import type { Refuse } from './wishes-read.ts';

type Draft = { -readonly [Key in keyof RoutingWishes]: RoutingWishes[Key] };

const SESSION_LENGTH_MAX = 256;
const FALLBACKS_MAX = 3;

/** Undefined when the body says nothing to a router. `routerFields` are those of its language that do. */
export function decodeWishes(
  body: JsonObject,
  routerFields: ReadonlySet<string>,
  refuse: Refuse,
): RoutingWishes | undefined {
  let fields: JsonDraft | undefined;
  for (const key in body) {
    if (!routerFields.has(key) || body[key] === undefined) continue;
    fields ??= {};
    fields[key] = body[key];
  }
  return fields === undefined ? undefined : readWishes(fields, refuse);
}

function readWishes({ models: written, ...fields }: JsonDraft, refuse: Refuse): RoutingWishes {
  const wishes: Draft = {};
  const models = decodeTexts('models', written, refuse) ?? decodeFallbacks(fields['fallbacks'], refuse);
  if (written !== undefined && fields['fallbacks'] !== undefined)
    refuse('fallbacks', 'says the same as `models`; send one of them');
  if (models !== undefined) wishes.models = models;
  const route = decodeWord('route', fields['route'], ['fallback', 'sort'], refuse);
  if (route !== undefined) wishes.partition = route === 'sort' ? 'none' : 'model';
  const provider = decodeProviderWishes('provider', fields['provider'], refuse);
  if (provider?.partition !== undefined) wishes.partition = provider.partition;
  if (provider !== undefined) wishes.providers = provider.wishes;
  const session = decodeSession('session_id', fields['session_id'], refuse);
  if (session !== undefined) wishes.session = session;
  const plugins = decodePlugins(fields['plugins'], refuse);
  if (plugins !== undefined) wishes.plugins = plugins;
  const compress = decodeTransforms(fields['transforms'], refuse) ?? compressesBy(plugins);
  if (compress !== undefined) wishes.compress = compress;
  if (Object.keys(fields).length > 0) wishes.fields = fields;
  return wishes;
}

/** `fallbacks: [{ model }]`, which the Messages language has instead of `models`: three at most, and not both. */
function decodeFallbacks(fallbacks: Json | undefined, refuse: Refuse): readonly string[] | undefined {
  if (fallbacks === undefined || fallbacks === null) return undefined;
  const list = asArray(fallbacks);
  const names = list?.map((one) => asString(asObject(one)?.['model']));
  if (names !== undefined && names.length <= FALLBACKS_MAX && !names.includes(undefined)) {
    return names as readonly string[];
  }
  refuse('fallbacks', `must be a list of at most ${FALLBACKS_MAX} objects with a \`model\``);
  return undefined;
}

function decodeSession(field: string, value: Json | undefined, refuse: Refuse): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = asString(value);
  if (text !== undefined && text.length <= SESSION_LENGTH_MAX) return text === '' ? undefined : text;
  refuse(field, `must be a text of at most ${SESSION_LENGTH_MAX} characters`);
  return undefined;
}

function decodePlugins(value: Json | undefined, refuse: Refuse): readonly PluginWish[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list = asArray(value);
  if (list === undefined || list.length > LIST_LENGTH_MAX) {
    refuse('plugins', `must be a list of at most ${LIST_LENGTH_MAX} objects`);
    return undefined;
  }
  return list.map((plugin, at) => decodePlugin(`plugins[${at}]`, plugin, refuse));
}

function decodePlugin(field: string, value: Json, refuse: Refuse): PluginWish {
  const { id: written, enabled, ...settings } = asObject(value) ?? {};
  const id = asString(written);
  if (!isObject(value)) refuse(field, 'must be an object with an `id`');
  else if (id === undefined || id === '') refuse(`${field}.id`, 'must be a text that is not empty');
  if (enabled !== undefined && enabled !== null && typeof enabled !== 'boolean')
    refuse(`${field}.enabled`, 'must be true or false');
  return { id: id ?? '', enabled: enabled !== false, settings };
}

/** The older name of the plugin `context-compression`. */
function decodeTransforms(value: Json | undefined, refuse: Refuse): boolean | undefined {
  const transforms = decodeTexts('transforms', value, refuse);
  if (transforms === undefined) return undefined;
  const wrong = transforms.findIndex((name) => name !== 'middle-out');
  if (wrong >= 0) refuse(`transforms[${wrong}]`, 'must be `middle-out`');
  return transforms.length > 0;
}

function compressesBy(plugins: readonly PluginWish[] | undefined): boolean | undefined {
  return plugins?.find(({ id }) => id === 'context-compression')?.enabled;
}
