// OpenAI's English words from speech: a form; the answer is JSON, plain text or subtitles. Relayed as it is.

import { relayed } from '../relayed.ts';

export const openaiTranslations = relayed({
  id: 'openai-translations',
  operation: 'translations',
  path: '/audio/translations',
  forms: true,
  bytes: true,
});
