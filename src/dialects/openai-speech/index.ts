// OpenAI's speech from words: sound, or events with sound in them. Relayed as it is.

import { relayed } from '../relayed.ts';

export const openaiSpeech = relayed({
  id: 'openai-speech',
  operation: 'speech',
  path: '/audio/speech',
  bytes: true,
});
