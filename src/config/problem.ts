// What is wrong with a configuration: where, what, and how to mend it. Every problem is collected, never only the first.

/** Keys and list indexes from the root: `['models', 'fast', 'targets', 1]`. */
export type Path = readonly (string | number)[];

/** A problem before its place in the file is known. */
export interface Complaint {
  readonly path: Path;
  /** The variable or option that the value came from, when it does not stand in the file. */
  readonly origin?: string | undefined;
  /** Points to the key rather than to its value, where the key itself is the mistake. */
  readonly atKey?: boolean;
  readonly message: string;
  readonly expected?: string | undefined;
  readonly nearest?: string | undefined;
}

export interface Problem {
  /** `models.fast.targets[1]`; empty for the file as a whole; a variable or an option where the value came from one. */
  readonly path: string;
  /** From 1. Absent where the value does not stand in a file. */
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
  /** What would be right, as a phrase. */
  readonly expected?: string;
  /** The valid name that the wrong one is most like. */
  readonly nearest?: string;
}

const PLAIN_KEY = /^[\w-]+$/;

export function printPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!PLAIN_KEY.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** One line, as compilers print it: `clew.yaml:12:5  models.fast.stratgy  unknown key; did you mean "strategy"?` */
export function printProblem(problem: Problem, file = 'clew.yaml'): string {
  const { path, line, column, message, expected, nearest } = problem;
  const place = line === undefined ? '' : `${file}:${line}:${column ?? 1}`;
  const hints = [
    nearest === undefined ? '' : `; did you mean "${nearest}"?`,
    expected === undefined ? '' : nearest === undefined ? `; expected ${expected}` : ` Expected ${expected}.`,
  ];
  return [place, path, message + hints.join('')].filter((part) => part !== '').join('  ');
}

/** Completes "expected …". */
export function oneOf(names: readonly string[]): string {
  return names.length === 1 ? `${names[0]}` : `one of ${names.join(', ')}`;
}
