// OpenAI's pictures from a picture: a form. Relayed as it is.

import { relayed } from '../relayed.ts';

export const openaiImageVariations = relayed({
  id: 'openai-image-variations',
  operation: 'image-variations',
  path: '/images/variations',
  forms: true,
});
