// Changes members of a JSON object in its text and leaves every other byte alone: key order, spacing, numbers that a
// double cannot hold. The text must be valid JSON already (it was parsed); the scan relies on it.

/** New values as JSON text by key; undefined removes the member. A key that is not there is put first. */
export type Edits = ReadonlyMap<string, string | undefined>;

interface Member {
  readonly key: string;
  readonly valueAt: number;
  /** Index after the value's last character. */
  readonly valueEnd: number;
  /** Index of the comma after it, or of the closing brace. */
  readonly next: number;
}

/**
 * Every occurrence of a duplicate key is edited, so that it does not matter which of them a reader believes.
 * Undefined when the text is not a JSON object.
 */
export function spliceJson(text: string, edits: Edits): string | undefined {
  const open = skipSpace(text, 0);
  if (text[open] !== '{') return undefined;
  const kept: string[] = [];
  const found = new Set<string>();
  for (let at = open; text[at] !== '}';) {
    const member = readMember(text, at + 1);
    if (member === undefined) break;
    if (edits.has(member.key)) {
      found.add(member.key);
      const value = edits.get(member.key);
      // From after the comma to before the value: spaces, the key as it was written, the colon.
      if (value !== undefined) {
        kept.push(text.slice(at + 1, member.valueAt) + value + text.slice(member.valueEnd, member.next));
      }
    } else {
      kept.push(text.slice(at + 1, member.next));
    }
    at = member.next;
    if (at >= text.length) return undefined;
  }
  const added: string[] = [];
  for (const [key, value] of edits) {
    if (value !== undefined && !found.has(key)) added.push(`${JSON.stringify(key)}:${value}`);
  }
  return `${text.slice(0, open)}{${[...added, ...kept].join(',')}${text.slice(text.lastIndexOf('}'))}`;
}

/** The member that begins at or after `from`; undefined when the object closes there. */
function readMember(text: string, from: number): Member | undefined {
  const keyAt = skipSpace(text, from);
  if (text[keyAt] !== '"') return undefined;
  const keyEnd = endOfString(text, keyAt);
  const valueAt = skipSpace(text, skipSpace(text, keyEnd) + 1);
  const valueEnd = endOfValue(text, valueAt);
  const written = text.slice(keyAt + 1, keyEnd - 1);
  const key = written.includes('\\') ? (JSON.parse(`"${written}"`) as string) : written;
  return { key, valueAt, valueEnd, next: skipSpace(text, valueEnd) };
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) break;
  }
  return at;
}

/** Index after the closing quote of the string that opens at `from`. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; ;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === 92) slashes += 1;
    // An even number of backslashes are escaped backslashes: the quote is real.
    if (slashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

function endOfValue(text: string, from: number): number {
  const first = text[from];
  if (first === '"') return endOfString(text, from);
  if (first === '{' || first === '[') return endOfNested(text, from);
  let at = from;
  while (at < text.length && !',}] \n\r\t'.includes(text[at] as string)) at += 1;
  return at;
}

function endOfNested(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === 34) {
      at = endOfString(text, at);
      continue;
    }
    at += 1;
    if (code === 123 || code === 91) depth += 1;
    else if (code === 125 || code === 93) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return text.length;
}
