// OpenAI's words from speech: a form; the answer is JSON, plain text or subtitles. Relayed as it is.

import { relayed } from '../relayed.ts';

export const openaiTranscriptions = relayed({
  id: 'openai-transcriptions',
  operation: 'transcriptions',
  path: '/audio/transcriptions',
  forms: true,
  bytes: true,
});
