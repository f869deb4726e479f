// The clients by the names that the tables show.

import { chat } from './chat.ts';
import type { ChaosClient } from './client.ts';
import { gemini } from './gemini.ts';
import { messages } from './messages.ts';
import { responses } from './responses.ts';

export const CLIENTS = { chat, responses, messages, gemini } as const satisfies Readonly<
  Record<string, ChaosClient>
>;

export type ClientName = keyof typeof CLIENTS;

export const CLIENT_NAMES = Object.keys(CLIENTS) as readonly ClientName[];
