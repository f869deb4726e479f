// How much an exchange matters when there is not room for all: the four classes, the one that goes last first.

export const PRIORITIES = ['low', 'normal', 'high', 'critical'] as const;

export type Priority = (typeof PRIORITIES)[number];

/** What nobody says anything about. */
export const USUAL: Priority = 'normal';

export function isPriority(text: string): text is Priority {
  return (PRIORITIES as readonly string[]).includes(text);
}

/** Higher goes first: 0 to 3. */
export function rankOf(priority: Priority): number {
  return PRIORITIES.indexOf(priority);
}

export function lowerOf(one: Priority, other: Priority): Priority {
  return rankOf(one) <= rankOf(other) ? one : other;
}
