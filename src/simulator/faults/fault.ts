// What a fault is: a name, and the one place (rarely two) where it bites. Everything not mentioned stays as it was.

import type { SyntheticAnswer, SyntheticRequest } from '../answer.ts';
import type { SimulatedDialect } from '../dialects/dialect.ts';
import { bufferOf, type Piece, type Reply, type Script } from '../script.ts';

export interface FaultContext {
  /** The number in the fault's name, or the usual one. */
  readonly argument: number;
  readonly dialect: SimulatedDialect;
  readonly request: SyntheticRequest;
  /** Output tokens of the whole answer. */
  readonly totalTokens: number;
}

export type Rewrite = (script: Script, context: FaultContext) => Script;

export interface Pace {
  readonly headMs: number;
  readonly firstTokenMs: number;
  /** Tokens per second; null for no pause. */
  readonly rate: number | null;
}

export interface Fault {
  readonly name: string;
  /** Its number in the failure catalogue, F01 to F31. */
  readonly id: string;
  readonly about: string;
  readonly argument?: FaultArgument;
  /** Not a matter of HTTP: the function of dead-ends.ts that makes such an address. */
  readonly outside?: string;
  /** Instead of any HTTP answer. */
  readonly connection?: (argument: number) => Script;
  /** Instead of a generation. */
  readonly reply?: (context: FaultContext) => Reply;
  /** Changes what is said. */
  readonly answer?: (answer: SyntheticAnswer, context: FaultContext) => SyntheticAnswer;
  readonly pace?: (pace: Pace, argument: number) => Pace;
  /** Changes the messages of the body, whole answers too; the body is then sent in chunks. */
  readonly events?: Rewrite;
  /** Changes the head or the stated length. */
  readonly frame?: (reply: Reply, context: FaultContext) => Reply;
  /** Changes the bytes of the HTTP message. */
  readonly wire?: Rewrite;
}

export interface FaultArgument {
  /** What the number is, such as `percent of the content`. */
  readonly about: string;
  readonly usual: number;
  readonly min: number;
  readonly max: number;
}

/** A fault as somebody asked for it. */
export interface ChosenFault {
  readonly fault: Fault;
  /** As it was asked for, with its number and without `fault-`. */
  readonly name: string;
  readonly argument: number;
}

export const PERCENT: FaultArgument = { about: 'percent of the content', usual: 50, min: 0, max: 100 };

/**
 * At the point where the given share of the content has been sent, `then` goes on with the rest of the script. A whole
 * (unary) body is divided at that share of its text.
 */
export function* atPercent(script: Script, context: FaultContext, then: Rewrite): Script {
  const share = context.argument / 100;
  const limit = Math.floor(context.totalTokens * share);
  let told = 0;
  for (;;) {
    const step = script.next();
    if (step.done === true) return step.value;
    const piece = step.value;
    if (piece.role === 'whole') {
      const [before, after] = divide(piece, share);
      yield before;
      return yield* then(followedBy(after, script), context);
    }
    const beyond = piece.role === 'content' && told + piece.tokens > limit;
    if (beyond || piece.role === 'finish') return yield* then(followedBy(piece, script), context);
    told += piece.tokens;
    yield piece;
  }
}

function* followedBy(piece: Piece, script: Script): Script {
  yield piece;
  return yield* script;
}

function divide(piece: Piece, share: number): readonly [Piece, Piece] {
  const bytes = bufferOf(piece.bytes);
  const cut = Math.floor(bytes.length * share);
  const tokens = Math.floor(piece.tokens * share);
  return [
    { ...piece, bytes: bytes.subarray(0, cut), tokens },
    { ...piece, bytes: bytes.subarray(cut), afterMs: 0, tokens: piece.tokens - tokens },
  ];
}
