// The call that counts the tokens of a request without answering it: contents alone, or a whole request inside.

import { isObject } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import type { Failure } from '#canonical/failure.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { Head, TokenCounting } from '../dialect.ts';
import { decodeRequest } from './decode-request.ts';
import { COUNT_PATHS } from './path.ts';

export const counting: TokenCounting = {
  paths: COUNT_PATHS,
  decodeRequest: decodeCounted,
  encodeCount: (totalTokens) => ({ totalTokens }),
};

function decodeCounted(body: Json, head: Head): Result<ChatRequest, Failure> {
  const whole = isObject(body)
    ? (body['generateContentRequest'] ?? body['generate_content_request'])
    : undefined;
  return decodeRequest(whole ?? body, head);
}
