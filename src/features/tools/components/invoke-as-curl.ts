import { writeJson } from '#core/user-json.ts';
import { curlCommand } from '#ui/curl-command.ts';
import { paths } from '#ui/paths.ts';

/** The curl line that makes the same call, with the caller's key in `$HONEYFRAME_API_KEY`. */
export const invokeAsCurl = (origin: string, call: { tool: string; arguments: Record<string, unknown> }): string =>
  curlCommand({
    method: 'POST',
    url: `${origin}${paths.toolInvoke}`,
    headers: [
      ['Authorization', 'Bearer $HONEYFRAME_API_KEY'],
      ['Content-Type', 'application/json'],
    ],
    body: writeJson(call),
  });
