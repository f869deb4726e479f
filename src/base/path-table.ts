// From a path to what is there: exact paths first, then those with a model's name in them.

const MODEL = '{model}';

interface Pattern<Value> {
  readonly before: string;
  readonly after: string;
  readonly value: Value;
}

export class PathTable<Value> {
  readonly #exact = new Map<string, Value>();
  /** Longest beginning first, so that the more special one wins. */
  readonly #patterns: Pattern<Value>[] = [];

  /** `{model}` in a path stands for one or more characters, slashes too; at most one in a path. */
  set(path: string, value: Value): void {
    const at = path.indexOf(MODEL);
    if (at === -1) {
      this.#exact.set(path, value);
      return;
    }
    this.#patterns.push({ before: path.slice(0, at), after: path.slice(at + MODEL.length), value });
    this.#patterns.sort((a, b) => b.before.length - a.before.length || b.after.length - a.after.length);
  }

  get(path: string): Value | undefined {
    return this.#exact.get(path) ?? this.#match(path)?.value;
  }

  #match(path: string): Pattern<Value> | undefined {
    return this.#patterns.find(
      ({ before, after }) =>
        path.length > before.length + after.length && path.startsWith(before) && path.endsWith(after),
    );
  }
}

/** What `{model}` stands for in a path that matches, decoded; undefined when it does not match or is no text. */
export function modelInPath(path: string, pattern: string): string | undefined {
  const [before = '', after = ''] = pattern.split(MODEL);
  if (!path.startsWith(before) || !path.endsWith(after) || path.length <= before.length + after.length) {
    return undefined;
  }
  try {
    return decodeURIComponent(path.slice(before.length, path.length - after.length));
  } catch {
    return undefined;
  }
}
