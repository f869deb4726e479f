// JSON text by path, as it was written: `1.0`, `3e-06` and long integers keep their digits, which parsing would change.

const SPACE = /[ \t\r\n]*/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
/** A string to keep, or space to leave out. */
const STRING_OR_SPACE = /"[^"\\]*(?:\\.[^"\\]*)*"|[ \t\r\n]+/g;

/** The value at `path` without the white space between its tokens; undefined when it is not there. The text must be JSON. */
export function rawJsonAt(source: string, path: readonly string[]): string | undefined {
  let at = skip(SPACE, source, 0);
  for (const name of path) {
    const found = findMember(source, at, name);
    if (found === undefined) return undefined;
    at = found;
  }
  return compact(source.slice(at, valueEnd(source, at)));
}

function compact(json: string): string {
  return json.replaceAll(STRING_OR_SPACE, (match) => (match.startsWith('"') ? match : ''));
}

/** Where the value of a member begins. */
function findMember(source: string, objectStart: number, name: string): number | undefined {
  if (source[objectStart] !== '{') return undefined;
  let at = skip(SPACE, source, objectStart + 1);
  while (source[at] === '"') {
    const keyEnd = skip(STRING, source, at);
    const key = JSON.parse(source.slice(at, keyEnd)) as string;
    const colon = skip(SPACE, source, keyEnd);
    const value = skip(SPACE, source, colon + 1);
    if (key === name) return value;
    const comma = skip(SPACE, source, valueEnd(source, value));
    at = skip(SPACE, source, comma + 1);
  }
  return undefined;
}

function valueEnd(source: string, start: number): number {
  if (source[start] === '"') return skip(STRING, source, start);
  let depth = 0;
  let at = start;
  while (at < source.length) {
    const character = source[at];
    if (character === '"') {
      at = skip(STRING, source, at);
      continue;
    }
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    // A number or a word ends where its surroundings go on.
    if (depth < 0 || (depth === 0 && (character === ',' || /\s/.test(character ?? '')))) return at;
    at += 1;
    if (depth === 0 && (character === '}' || character === ']')) return at;
  }
  return at;
}

function skip(pattern: RegExp, source: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(source) ? pattern.lastIndex : from;
}
