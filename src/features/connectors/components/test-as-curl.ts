import { writeJson } from '#core/user-json.ts';
import { curlCommand } from '#ui/curl-command.ts';
import { paths } from '#ui/paths.ts';

/** The curl line that sends the same test through our own API, with the caller's key in `$HONEYFRAME_API_KEY`. */
export const testAsCurl = (origin: string, connectorId: string, values: Record<string, unknown>): string =>
  curlCommand({
    method: 'POST',
    url: `${origin}${paths.connectorTest(connectorId)}`,
    headers: [
      ['Authorization', 'Bearer $HONEYFRAME_API_KEY'],
      ['Content-Type', 'application/json'],
    ],
    body: writeJson(values),
  });
