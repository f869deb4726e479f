// Signatures of one vendor's model, from its own API and from a cloud's: each takes those of the other.

export function claudeOnItsOwn(turn: number): string {
  return btoa(`anthropic signs thought ${turn}`);
}

export function claudeOnBedrock(turn: number): string {
  return btoa(`bedrock signs thought ${turn}`);
}
