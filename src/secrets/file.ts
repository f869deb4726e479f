// `file:PATH`: the text of a file, such as a secret mounted by an orchestrator, without the white space around it.

import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { Secret } from '#base/secret.ts';
import type { SecretProblem, SecretSource } from './source.ts';

/** Bytes. No key is longer, and a reference that leads to a log should not read it whole. */
const LENGTH_MAX = 65_536;

/** Relative paths start at `directory`: the one that holds the configuration file. */
export function fileSource(directory: string): SecretSource {
  return {
    scheme: 'file',
    form: 'file:PATH',
    read(path) {
      const text = readText(path, resolve(directory, path));
      if (!text.ok) return text;
      const value = text.value.trim();
      return value === '' ? err({ message: `the file ${path} is empty` }) : ok(new Secret(value));
    },
  };
}

/** `path` is what the operator wrote. */
function readText(path: string, location: string): Result<string, SecretProblem> {
  try {
    const facts = statSync(location);
    // Reading a pipe or a device could wait for ever.
    if (!facts.isFile()) return err({ message: `${path} is not a file` });
    if (facts.size > LENGTH_MAX) return err({ message: `the file ${path} is too long for a secret` });
    return ok(readFileSync(location, 'utf8'));
  } catch {
    return err({ message: `the file ${path} is absent or cannot be read` });
  }
}
