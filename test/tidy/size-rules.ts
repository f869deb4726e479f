// Rules about how long things are, and that what measures them has understood the code.

import { Brackets } from './brackets.ts';
import { functionsOf } from './functions.ts';
import type { Tree } from './tree.ts';

export const FILE_LINES_MAX = 400;
/** Longer than this is worth a question, which the test prints. */
export const FILE_LINES_ASKED = 300;
const FUNCTION_LINES_MAX = 70;
const PARAMETERS_MAX = 4;

/** Files that have a limit of their own: lines. They are what a newcomer reads first. */
const OWN_LIMITS: Readonly<Record<string, number>> = {
  'src/main.ts': 119,
  'src/execution/execute.ts': 99,
  'src/gateway/exchange.ts': 160,
};

export function sizeProblems(tree: Tree): readonly string[] {
  return tree.sources.flatMap((source) => {
    const { path, lineCount } = source;
    const limit = OWN_LIMITS[path] ?? FILE_LINES_MAX;
    const long = lineCount > limit ? [`${path} has ${lineCount} lines, ${limit} are the end`] : [];
    const functions = functionsOf(source).flatMap(({ name, line, lines, parameters }) => [
      ...(lines > FUNCTION_LINES_MAX
        ? [`${path}:${line} ${name} has ${lines} lines, ${FUNCTION_LINES_MAX} are the end`]
        : []),
      ...(parameters > PARAMETERS_MAX
        ? [`${path}:${line} ${name} has ${parameters} parameters, ${PARAMETERS_MAX} are the end`]
        : []),
    ]);
    return [...long, ...functions];
  });
}

/** Files that are read but whose brackets do not match: then nothing else that is said of them can be trusted. */
export function unreadable(tree: Tree): readonly string[] {
  return tree.sources
    .filter(({ code }) => new Brackets(code).unpaired !== undefined)
    .map(({ path }) => `${path}: the brackets do not match, so the rules cannot see its functions`);
}

export function longFiles(tree: Tree): readonly string[] {
  return tree.sources
    .filter(({ lineCount }) => lineCount > FILE_LINES_ASKED)
    .map(({ path, lineCount }) => `${path} has ${lineCount} lines`);
}
