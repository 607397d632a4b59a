import { readFileSync, writeFileSync } from 'node:fs';
import { API_KEY_SCOPE_TEXTS } from '#core/api-key-scopes.ts';
import { restRoutes } from '../rest-routes.ts';
import { openApiDocument } from './openapi.ts';
import { incompatibilities } from './openapi-compatibility.ts';

/** docs/api-keys.md: what each scope opens, in the words of the console, with the routes behind them. */
export function apiKeysDocument(): string {
  const scopes = Object.entries(API_KEY_SCOPE_TEXTS).map(([scope, { summary, opens }]) => {
    const rows = opens.map(({ part, allows, procedures }) => `| ${part} | ${allows} | ${routesOf(procedures)} |`);
    return [`## \`${scope}\``, '', summary, '', '| Part | Allows | Routes |', '|---|---|---|', ...rows, ''].join('\n');
  });
  return `${HEAD}\n${scopes.join('\n')}`;
}

const HEAD = `# API keys and their scopes

<!-- Written by \`npm run openapi\` from src/core/api-key-scopes.ts. -->

A key belongs to one organization and can do there what its scopes allow, whoever uses it. Scopes don't include each other: a program that reads and changes things needs \`read\` and \`write\`. Give each program a key of its own, with only the scopes that it needs.

No key, whatever its scopes, can manage people, invitations, API keys, or the organization, or reveal a webhook's secret. People do that in the console. A call that lacks a scope gets a 403 that names the scope.
`;

/** Of procedures without a route the pages have their own; by tRPC they take the same scope. */
const routesOf = (procedures: readonly string[]): string =>
  restRoutes
    .filter(({ procedure }) => procedures.includes(procedure))
    .map(({ rest }) => `\`${rest.method} ${rest.path}\``)
    .join('<br>');

const PATH = 'docs/openapi.json';

writeFileSync('docs/api-keys.md', apiKeysDocument());

/** `npm run openapi`: writes the document, unless that takes something from programs that rely on the one that is there. */
const document = openApiDocument();
const taken = incompatibilities(JSON.parse(readFileSync(PATH, 'utf8')), JSON.parse(JSON.stringify(document)));
if (taken.length > 0 && !process.argv.includes('--incompatible')) {
  console.error(`This would break programs that use the API:\n  ${taken.join('\n  ')}`);
  console.error('Change it compatibly, or write it anyway with: npm run openapi -- --incompatible');
  process.exitCode = 1;
} else writeFileSync(PATH, `${JSON.stringify(document, null, 2)}\n`);
