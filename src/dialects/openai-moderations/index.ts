// OpenAI's moderation of texts and pictures. Relayed as it is.

import { relayed } from '../relayed.ts';

export const openaiModerations = relayed({
  id: 'openai-moderations',
  operation: 'moderations',
  path: '/moderations',
  // What OpenAI takes where nothing is said.
  usualModel: 'omni-moderation-latest',
});
