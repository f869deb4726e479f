// A service account's key file as Google hands it out, with a key of our own.

import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export interface KeyFile {
  readonly text: string;
  /** Checks what was signed with it. */
  readonly publicKey: KeyObject;
  readonly email: string;
}

export function googleKeyFile(): KeyFile {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const email = 'clew@example.iam.gserviceaccount.com';
  const text = JSON.stringify({
    type: 'service_account',
    project_id: 'example',
    private_key_id: 'k',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: email,
    client_id: '1',
    token_uri: 'https://oauth2.googleapis.com/token',
  });
  return { text, publicKey, email };
}
