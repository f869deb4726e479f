// OpenAI's pictures from words. Relayed as it is.

import { relayed } from '../relayed.ts';

export const openaiImages = relayed({
  id: 'openai-images',
  operation: 'images',
  path: '/images/generations',
});
