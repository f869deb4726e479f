// Faults before the first byte of an answer: the address leads nowhere (made in dead-ends.ts), the connection breaks, or
// what comes is not HTTP.

import { nothing, type Ending, type Script } from '../script.ts';
import type { Fault } from './fault.ts';

const EXPECTED_NEXT = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-le';

function* after(bytes: string, ending: Ending): Script {
  yield { bytes, afterMs: 0, tokens: 0 };
  return ending;
}

export const BEFORE: readonly Fault[] = [
  { name: 'connect-refused', id: 'F01', about: 'nobody listens at the address', outside: 'refusedUrl' },
  { name: 'unresolvable', id: 'F02', about: 'the name does not exist', outside: 'unresolvableUrl' },
  { name: 'tls-expired', id: 'F03', about: 'the certificate has expired', outside: 'startBadTls' },
  { name: 'tls-wrong-host', id: 'F03', about: 'the certificate is for another name', outside: 'startBadTls' },
  { name: 'tls-untrusted', id: 'F03', about: 'nobody vouches for the certificate', outside: 'startBadTls' },
  { name: 'tls-stalled', id: 'F03', about: 'the handshake is never answered', outside: 'startStalledTls' },
  { name: 'black-hole', id: 'F04', about: 'the connection is never made', outside: 'startBlackHole' },
  {
    name: 'reset-before-headers',
    id: 'F05',
    about: 'the request is read, then the connection is reset',
    connection: () => nothing('reset'),
  },
  {
    name: 'close-before-headers',
    id: 'F05',
    about: 'the request is read, then the connection is closed without a byte',
    connection: () => nothing('cut'),
  },
  {
    name: 'reset-in-headers',
    id: 'F05',
    about: 'half of the head, then a reset',
    connection: () => after(EXPECTED_NEXT, 'reset'),
  },
  {
    name: 'silence',
    id: 'F06',
    about: 'the request is read and never answered',
    connection: () => nothing('stall'),
  },
  {
    name: 'silence-in-headers',
    id: 'F06',
    about: 'half of the head, then nothing more',
    connection: () => after(EXPECTED_NEXT, 'stall'),
  },
  {
    name: 'garbage',
    id: 'F18',
    about: 'bytes that are not HTTP, then the end',
    connection: () => after('\u0000\u0001\u0002 220 mail.example.com ESMTP ready\r\n\r\n', 'cut'),
  },
];
