// OpenAI's pictures from pictures and words: a form, or JSON with the pictures in it. Relayed as it is.

import { relayed } from '../relayed.ts';

export const openaiImageEdits = relayed({
  id: 'openai-image-edits',
  operation: 'image-edits',
  path: '/images/edits',
  forms: true,
});
