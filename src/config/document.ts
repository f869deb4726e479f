// The text of a configuration file as a value in which every path has its line and column.

import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, Node, Pair, YAMLMap } from 'yaml';
import type { Json } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { printPath } from './problem.ts';
import type { Complaint, Path, Problem } from './problem.ts';

/** Characters. A configuration is written by people; more than this is another file by mistake. */
const LENGTH_MAX = 4_194_304;
/** How often aliases may be expanded in all: a few lines of them can mean gigabytes. */
const ALIASES_MAX = 1_000;

export interface ConfigDocument {
  readonly value: Json;
  /** Names that are defined twice. The value holds the later definition. */
  readonly duplicates: readonly Problem[];
  /** Where a value or its key begins; for what does not stand there, its nearest ancestor. */
  readonly placeOf: (path: Path, atKey: boolean) => Place;
}

/** Both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** An error holds what keeps the text from being read as YAML at all. An empty text is an empty map. */
export function parseConfigDocument(text: string): Result<ConfigDocument, readonly Problem[]> {
  if (text.length > LENGTH_MAX) {
    return err([{ path: '', message: `longer than ${LENGTH_MAX} characters; this is not a configuration` }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  if (document.errors.length > 0) {
    return err(
      document.errors.map((error) => ({
        path: '',
        ...positionAt(lines, error.pos[0]),
        message: `not valid YAML: ${firstLine(error.message)}`,
      })),
    );
  }
  const value = toValue(document);
  if (!value.ok) return err([{ path: '', line: 1, column: 1, message: value.error }]);
  return ok({
    value: value.value,
    duplicates: duplicateKeys(document, lines),
    placeOf: (path, atKey) => positionAt(lines, offsetOf(document, path, atKey)),
  });
}

function toValue(document: Document): Result<Json, string> {
  try {
    return ok((document.toJS({ maxAliasCount: ALIASES_MAX }) ?? {}) as Json);
  } catch (error) {
    return err(`not valid YAML: ${firstLine(error instanceof Error ? error.message : String(error))}`);
  }
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/:$/, '');
}

function positionAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** The complaint with its place. */
export function locate(complaint: Complaint, document: ConfigDocument): Problem {
  const { path, origin, atKey = false, message, expected, nearest } = complaint;
  return {
    ...(origin === undefined
      ? { path: printPath(path), ...document.placeOf(path, atKey) }
      : { path: origin }),
    message,
    ...(expected === undefined ? {} : { expected }),
    ...(nearest === undefined ? {} : { nearest }),
  };
}

function offsetOf(document: Document, path: Path, atKey: boolean): number {
  let offset = document.contents?.range?.[0] ?? 0;
  let node: unknown = document.contents;
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const pair = isMap(node) ? pairOf(node, step) : undefined;
    const child = pair?.value ?? (isSeq(node) && typeof step === 'number' ? node.items[step] : undefined);
    // A value that spans lines is announced by its key, which is where a person looks for it.
    const atValue = index === path.length - 1 && !atKey && isScalar(child);
    const found = atValue ? rangeStart(child) : (rangeStart(pair?.key) ?? rangeStart(child));
    if (found === undefined) return offset;
    offset = found;
    node = child;
  }
  return offset;
}

function pairOf(map: YAMLMap, step: string | number): Pair | undefined {
  // The last one: with a duplicate key that is the one whose value counts.
  return map.items.findLast((pair) => keyText(pair) === String(step));
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

function rangeStart(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function duplicateKeys(document: Document, lines: LineCounter): readonly Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Map(_, map, ancestors) {
      const seen = new Map<string, Pair>();
      for (const pair of map.items) {
        const key = keyText(pair);
        const first = seen.get(key);
        if (first === undefined) seen.set(key, pair);
        else {
          problems.push({
            path: printPath([...pathOf([...ancestors, map]), key]),
            ...positionAt(lines, rangeStart(pair.key) ?? 0),
            message: `defined twice; first on line ${positionAt(lines, rangeStart(first.key) ?? 0).line}`,
          });
        }
      }
    },
  });
  return problems;
}

/** The path that leads through these nodes: pairs give keys, lists give indexes. */
function pathOf(nodes: readonly unknown[]): Path {
  const path: (string | number)[] = [];
  for (const [index, node] of nodes.entries()) {
    const parent = nodes[index - 1];
    if (isSeq(parent)) path.push(parent.items.indexOf(node));
    else if (isMap(parent)) path.push(keyText(node as Pair));
  }
  return path;
}
