// What is wrong at the start is said in whole lines, and the process ends with 1.

import type { Result } from '#base/result.ts';

export function orExit<Value, Problem>(
  result: Result<Value, Problem>,
  print: (problem: Problem) => string,
): Value {
  if (result.ok) return result.value;
  process.stderr.write(`${print(result.error)}\n`);
  return process.exit(1);
}
