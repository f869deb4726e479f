// The built-in simulator as a provider, so that Clew can be tried without any key.

import { operationOf } from '#canonical/asked.ts';
import type { Scene } from './checks/scene.ts';
import type { ProviderConfig } from './provider-schema.ts';

export const SIMULATOR_ID = 'sim';

/** Those that it lists itself. It takes any name, made of terms that `clew simulate --help` tells. */
const MODELS = ['hello', 'echo', 'words-200', 'words-200+rate-50', 'reason', 'tools'];

/** As if it stood in the file. It speaks every dialect there is: for chats the first will do. */
export function simulatedProvider(url: string, { vocabularies }: Scene): ProviderConfig {
  const [dialect, ...others] = Object.keys(vocabularies);
  const also = others.filter((language) => operationOf(language) !== 'chat');
  if (dialect === undefined) throw new Error('there is no dialect to speak with the simulator');
  return {
    name: 'Simulator',
    dialect,
    ...(also.length === 0 ? {} : { also }),
    url,
    auth: 'none',
    models: Object.fromEntries(MODELS.map((model) => [model, {}])),
  };
}
