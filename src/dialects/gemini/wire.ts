// The words of the generateContent API that this dialect knows, in camelCase. Requests may write them in snake_case too;
// everything else is carried along in `extras`. Source: ai.google.dev/api/generate-content, and the recordings.

import type { WireNames } from '#canonical/wire-names.ts';

export const ID = 'gemini';

/** ai.google.dev/api/caching#FunctionDeclaration. Ids of calls are the client's own affair. */
export const NAMES: WireNames = {
  toolName: { valid: /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/, length: 24 },
  callId: { valid: /^[^]*$/, length: 24 },
};

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

export const REQUEST_FIELDS = words(
  'contents systemInstruction tools toolConfig generationConfig safetySettings cachedContent labels model serviceTier',
);
export const CONFIG_FIELDS = words(
  'temperature topP topK candidateCount maxOutputTokens stopSequences seed presencePenalty frequencyPenalty ' +
    'responseLogprobs logprobs responseMimeType responseSchema responseJsonSchema thinkingConfig ' +
    'responseModalities mediaResolution speechConfig imageConfig audioTimestamp enableEnhancedCivicAnswers',
);
export const THINKING_FIELDS = words('thinkingBudget thinkingLevel includeThoughts');
export const TOOL_CONFIG_FIELDS = words(
  'functionCallingConfig retrievalConfig includeServerSideToolInvocations',
);
export const CALLING_FIELDS = words('mode allowedFunctionNames streamFunctionCallArguments');
export const TOOL_FIELDS = words(
  'functionDeclarations googleSearch googleSearchRetrieval urlContext codeExecution fileSearch computerUse ' +
    'googleMaps enterpriseWebSearch retrieval',
);
export const DECLARATION_FIELDS = words(
  'name description parameters parametersJsonSchema response responseJsonSchema behavior',
);
export const CONTENT_FIELDS = words('role parts');
export const PART_FIELDS = words(
  'text thought thoughtSignature inlineData fileData functionCall functionResponse executableCode ' +
    'codeExecutionResult videoMetadata mediaResolution toolCall toolResponse partMetadata',
);
export const CALL_FIELDS = words('id name args partialArgs willContinue');
export const RESULT_FIELDS = words('id name response parts willContinue scheduling');
export const INLINE_FIELDS = words('mimeType data displayName');
export const FILE_FIELDS = words('mimeType fileUri displayName');

/** What a part can be, beside a text: one of these decides. */
export const PART_KINDS = [
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
] as const;

export const RESPONSE_FIELDS = words(
  'candidates promptFeedback usageMetadata modelVersion responseId createTime',
);
export const CANDIDATE_FIELDS = words('content finishReason index logprobsResult');

/**
 * Stands for a signature that a history lost, where the model insists on one
 * (ai.google.dev/gemini-api/docs/thought-signatures).
 */
export const SKIP_SIGNATURE = 'skip_thought_signature_validator';
