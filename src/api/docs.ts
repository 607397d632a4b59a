import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { newPagePolicy } from '#platform/http/page-policy-mode.ts';
import type { Platform } from '#platform/scope.ts';

/** Files of packages, served by us: Swagger UI's own, whose pages work under a strict content security policy. */
const ASSETS = new Map([
  ['swagger-ui.css', { type: 'text/css; charset=utf-8', from: 'swagger-ui-dist/swagger-ui.css' }],
  ['swagger-ui-bundle.js', { type: 'text/javascript; charset=utf-8', from: 'swagger-ui-dist/swagger-ui-bundle.js' }],
  ['inter.woff2', { type: 'font/woff2', from: '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2' }],
  [
    'jetbrains-mono.woff2',
    {
      type: 'font/woff2',
      from: '@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2',
    },
  ],
]);

const page = (nonce: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>API · Honeyframe Webhooks</title>
    <link rel="icon" href="/logo.svg" type="image/svg+xml" />
    <link rel="preload" href="/api/docs/inter.woff2" as="font" type="font/woff2" crossorigin />
    <link rel="stylesheet" href="/api/docs/swagger-ui.css" />
    <link rel="stylesheet" href="/api-docs/style.css" />
  </head>
  <body>
    <nav aria-label="Console"><a class="back" href="/">Back to the console</a></nav>
    <div id="swagger-ui"></div>
    <script nonce="${nonce}" src="/api/docs/swagger-ui-bundle.js"></script>
    <script nonce="${nonce}" src="/api-docs/start.js"></script>
  </body>
</html>
`;

/**
 * The page that renders the OpenAPI document, or one of its files.
 * @param file `''` for the page.
 */
export async function serveDocs({ config }: Pick<Platform, 'config'>, _: Request, file: string): Promise<Response> {
  if (file === '') {
    const { nonce, headers } = newPagePolicy(config, 'api-docs');
    return reply(page(nonce), 'text/html; charset=utf-8', 'no-store', headers);
  }
  const asset = ASSETS.get(file);
  if (!asset) return new Response('There is no such file. Open /api/docs.\n', { status: 404 });
  const path = createRequire(join(process.cwd(), 'package.json')).resolve(asset.from);
  return reply(new Uint8Array(await readFile(path)), asset.type, 'public, max-age=86400');
}

const reply = (body: BodyInit, type: string, cache: string, headers: Record<string, string> = {}) =>
  new Response(body, { headers: { ...headers, 'content-type': type, 'cache-control': cache } });
