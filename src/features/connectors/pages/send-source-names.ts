import type { Outputs } from '#client/console-api.ts';

type Source = Outputs['connectors']['sends']['items'][number]['source'];

/** Who asks for a send. */
export const SEND_SOURCE_NAMES = { test: 'Test', agent: 'Agent', api: 'API', alert: 'Alert' } satisfies Record<
  Source,
  string
>;
