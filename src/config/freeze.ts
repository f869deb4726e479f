// Freezing in depth: no exchange reads mutable configuration.

/** Freezes the value and all that it holds, maps as well, and gives it back. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map) {
    for (const item of value.values()) deepFreeze(item);
    // Object.freeze does not reach what a map holds inside.
    for (const change of ['set', 'delete', 'clear']) Object.defineProperty(value, change, { value: refuse });
  }
  Object.freeze(value);
  for (const item of Object.values(value)) deepFreeze(item);
  return value;
}

function refuse(): never {
  throw new TypeError('a snapshot does not change');
}
