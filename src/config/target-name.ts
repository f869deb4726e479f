// `provider/model`: the provider ends at the first slash, since ids of models have slashes of their own.

export interface TargetName {
  readonly provider: string;
  readonly model: string;
}

export function splitTarget(text: string): TargetName | undefined {
  const slash = text.indexOf('/');
  if (slash <= 0 || slash === text.length - 1) return undefined;
  return { provider: text.slice(0, slash), model: text.slice(slash + 1) };
}
