// `clew serve`: one process, or several beneath one that looks after them.

import type { ServeOptions } from '#cli/serve.ts';
import { welcome } from '#cli/welcome.ts';
import { addressOf } from '#server/data-plane.ts';
import { startAdminPlane } from '#server/admin-plane.ts';
import { workerNumber } from '#server/workers/worker-channel.ts';
import type { Parts } from './parts.ts';
import type { Place } from './place.ts';
import { serve } from './serve.ts';
import { settleLeftovers, supervise } from './supervise.ts';
import { workerPlace } from './worker-place.ts';

export async function runGateway(options: ServeOptions, parts: Parts): Promise<void> {
  const number = workerNumber(process.env);
  if (number !== undefined) return serve(options, parts, workerPlace(number));
  if (options.workers > 1) return supervise(options, parts);
  await settleLeftovers(options, parts);
  return serve(options, parts, alone(options, parts));
}

function alone({ file }: ServeOptions, { version, catalogue }: Parts): Place {
  return {
    shared: false,
    show: ({ snapshot, listen, ready, metrics }) => {
      const server = startAdminPlane(snapshot.server.admin, { ready, metrics });
      const admin = addressOf(server);
      process.stderr.write(welcome({ version, snapshot, catalogue, file, listen, admin }));
      return { stop: () => server.stop(true) };
    },
  };
}
