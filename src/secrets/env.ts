// `env:NAME`: an environment variable.

import { err, ok } from '#base/result.ts';
import { Secret } from '#base/secret.ts';
import type { SecretSource } from './source.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function envSource(env: Environment): SecretSource {
  return {
    scheme: 'env',
    form: 'env:NAME',
    read(name) {
      // Not repeated in the message: it may be a secret that was pasted behind the scheme.
      if (!NAME.test(name)) return err({ message: 'not the name of an environment variable' });
      const value = env[name]?.trim();
      if (value === undefined) return err({ message: `the environment variable ${name} is not set` });
      if (value === '') return err({ message: `the environment variable ${name} is empty` });
      return ok(new Secret(value));
    },
  };
}
