import { OWN_JSON } from './own-json.ts';
import type { Import, SourceModule } from './source-module.ts';

/** A rule gives one sentence for each thing in a module that breaks it. */
export type Rule = (module: SourceModule) => string[];

type Layer =
  | 'core'
  | 'platform'
  | 'features'
  | 'pages'
  | 'api'
  | 'app'
  | 'commands'
  | 'program'
  | 'ui'
  | 'client'
  | 'consumer'
  | 'testing';

/**
 * What each layer may import. `pages` are the folders of that name in the slices, which run in browsers as `ui` and `client`
 * do: they reach the server through its API alone.
 */
const ARROWS: Record<Layer, readonly Layer[]> = {
  core: ['core'],
  platform: ['core', 'platform'],
  features: ['core', 'platform', 'features'],
  api: ['core', 'platform', 'features', 'api'],
  app: ['core', 'platform', 'features', 'pages', 'api', 'ui', 'client', 'app'],
  commands: ['core', 'platform', 'features', 'commands'],
  program: ['core', 'platform', 'features', 'api', 'commands'],
  ui: ['ui'],
  client: ['core', 'ui', 'client'],
  pages: ['core', 'ui', 'client', 'pages'],
  consumer: ['consumer'],
  testing: ['core', 'platform', 'features', 'api', 'commands', 'testing', 'consumer'],
};

/** The router's type is all that the typed client knows of the server. It is erased when the program runs. */
const isRouterType = ({ target, typeOnly }: Import) => typeOnly && target === 'src/api/router.ts';

/** Which other slices a slice may import on the server. Pages show parts of each other's: a webhook lists its deliveries. */
const SLICE_ARROWS: Record<string, readonly string[]> = {
  connectors: ['people', 'events'],
  csp: ['people', 'connectors', 'events'],
  tools: ['people', 'connectors'],
  events: ['people', 'event-types'],
  webhooks: ['people', 'event-types', 'events'],
  engine: ['people', 'webhooks', 'events'],
  deliveries: ['people', 'event-types', 'events', 'webhooks', 'engine'],
  'organization-deletion': ['people', 'webhooks', 'events'],
  'audit-log': ['people'],
  'pipeline-runs': ['people'],
  sources: ['people', 'event-types', 'events'],
};

export const isTest = ({ path }: SourceModule) => path.startsWith('src/testing/') || /\.test\.tsx?$/.test(path);

function layerOf(path: string): Layer | undefined {
  if (/^src\/features\/.+\/pages\//.test(path)) return 'pages';
  const [, layer = ''] = /^src\/([^/]+)\//.exec(path) ?? [];
  if (layer in ARROWS) return layer as Layer;
  return /^src\/[^/]+$/.test(path) ? 'program' : undefined;
}

const sliceOf = (path: string) => /^src\/features\/([^/]+)\//.exec(path)?.[1];

const isOurs = ({ target }: Import) => target.startsWith('src/');

export const layersPointOneWay: Rule = ({ path, imports }) => {
  const layer = layerOf(path);
  if (!layer) return [`${path} is in no layer`];
  return imports
    .filter((one) => isOurs(one) && !(layer === 'client' && isRouterType(one)))
    .filter(({ target }) => !ARROWS[layer].includes(layerOf(target) ?? 'testing'))
    .map(({ target }) => `${path} (${layer}) imports ${target} (${layerOf(target) ?? 'no layer'})`);
};

export const slicesPointOneWay: Rule = ({ path, imports }) => {
  const slice = sliceOf(path);
  if (!slice || layerOf(path) === 'pages') return [];
  return imports
    .map(({ target }) => ({ target, other: sliceOf(target) }))
    .filter(({ other }) => other && other !== slice && !SLICE_ARROWS[slice]?.includes(other))
    .map(({ target, other }) => `${path} (${slice}) imports ${target} (${other})`);
};

export const environmentHasOneReader: Rule = ({ path, uses, imports }) => {
  if (path === 'src/platform/config.ts') return [];
  const asModule = imports.some(({ target, names }) => /^(node:)?process$/.test(target) && names.includes('env'));
  return uses.some((use) => /^(globalThis\.)?process\.env\b/.test(use)) || asModule
    ? [`${path} reads process.env`]
    : [];
};

const HTTP_CLIENTS = /^(undici|axios|got|ky|node-fetch|superagent|(node:)?(https|http2|tls))$/;

/** Outbound HTTP lives behind `platform/outbound/outbound-http.ts`, which alone may use the modules named after it. */
export const outboundHttpHasOneDoor: Rule = ({ path, imports, uses }) => {
  const isBehind = path.startsWith('src/platform/outbound/');
  if (isBehind) return [];
  const inBrowser = ['pages', 'ui', 'client'].includes(layerOf(path) ?? '');
  return [
    ...imports
      .filter(({ target, typeOnly }) => HTTP_CLIENTS.test(target) && !typeOnly)
      .map(({ target }) => `${path} imports ${target}`),
    ...imports
      .filter(
        ({ target, names }) =>
          /^(node:)?http$/.test(target) &&
          names.some((name) => ['*', 'default', 'get', 'request', 'Agent'].includes(name)),
      )
      .map(({ target }) => `${path} imports the client of ${target}`),
    ...imports
      .filter(({ target }) => /^src\/platform\/outbound\/(?!outbound-http\.ts)/.test(target))
      .map(({ target }) => `${path} imports ${target}, which is behind platform/outbound/outbound-http.ts`),
    ...(inBrowser ? [] : uses.filter((use) => /^(globalThis\.)?fetch\(\)$/.test(use)).map(() => `${path} calls fetch`)),
  ];
};

export const transactionsOpenInOnePlace: Rule = ({ path, uses, texts }) => {
  if (path === 'src/platform/postgres/transaction.ts') return [];
  const opens = uses.some((use) => use.endsWith('.$transaction()'));
  const begins = texts.some((text) =>
    /^\s*(begin\b(?!\w)\s*(;|$|transaction|work|isolation)|start\s+transaction\b)/i.test(text),
  );
  return opens || begins ? [`${path} opens a transaction`] : [];
};

const CLOCK_AND_CHANCE =
  /^(Date\.now\(\)|Date\(\)|new Date\(\)|performance\.now\(\)|Math\.random\(\)|Temporal\.Now\b.*|set(Timeout|Interval|Immediate)\(\)|queueMicrotask\(\)|process\..*|(globalThis\.)?(crypto\..*|fetch\(\)))$/;
const CHANCE_OF_CRYPTO = /^(\*|default|random.*|generate.*|getRandomValues|webcrypto|subtle)$/;

/** No clock, no chance, no I/O. Of Node's modules only the digests and ciphers of `node:crypto`. */
export const coreIsPure: Rule = ({ path, uses, imports }) => {
  if (!path.startsWith('src/core/')) return [];
  return [
    ...uses.filter((use) => CLOCK_AND_CHANCE.test(use)).map((use) => `${path} uses ${use}`),
    ...imports
      .filter(({ target }) => target.startsWith('node:'))
      .filter(({ target, names }) => target !== 'node:crypto' || names.some((name) => CHANCE_OF_CRYPTO.test(name)))
      .map(({ target, names }) => `${path} imports ${names.join(', ')} of ${target}`),
  ];
};

/** What `readJson` and `writeJson` are there for, in the layers where JSON of users passes. */
export const jsonOfUsersIsReadExactly: Rule = ({ path, uses }) => {
  if (!/^src\/(features|api|app|client|ui)\//.test(path) || OWN_JSON_FILES.has(path)) return [];
  return uses.filter((use) => BARE_JSON.test(use)).map((use) => `${path} uses ${use}`);
};

/** `Response.json(…)` writes by JSON.stringify, which writes exact numbers as they are. */
export const BARE_JSON = /^(globalThis\.)?JSON\.(parse|stringify)(\(\))?$|^(?!(globalThis\.)?Response\.).*\.json\(\)$/;
const OWN_JSON_FILES = new Set(Object.values(OWN_JSON).flat());

const EMPTY_WORDS = /(^|[-.])(utils?|helpers?|common|constants|services?|managers?|misc|index)([-.]|$)/i;
/** `types` alone: connectors have types, and `use-connector-types` is a good name. */
const BIN_OF_TYPES = /(^|\.)types$/i;

export const namesSaySomething: Rule = ({ path, isBarrel }) => {
  const name =
    path
      .split('/')
      .at(-1)
      ?.replace(/\.tsx?$/, '') ?? '';
  return [
    ...(EMPTY_WORDS.test(name) || BIN_OF_TYPES.test(name) ? [`${path} is named after nothing`] : []),
    ...(isBarrel ? [`${path} is a barrel`] : []),
  ];
};

/** The circles in which modules import each other, also by types alone, each by the paths of its modules. */
export function circlesOf(modules: readonly SourceModule[]): string[][] {
  const targets = new Map(modules.map(({ path, imports }) => [path, imports.map(({ target }) => target)]));
  const [depths, lowest, open] = [new Map<string, number>(), new Map<string, number>(), new Set<string>()];
  const circles: string[][] = [];
  // Tarjan's strongly connected components.
  function visit(path: string): void {
    depths.set(path, depths.size);
    lowest.set(path, depths.size - 1);
    open.add(path);
    for (const target of targets.get(path) ?? []) {
      if (!targets.has(target)) continue;
      if (!depths.has(target)) visit(target);
      if (open.has(target)) lowest.set(path, Math.min(lowest.get(path) ?? 0, lowest.get(target) ?? 0));
    }
    if (lowest.get(path) !== depths.get(path)) return;
    const circle = [...open].slice([...open].indexOf(path));
    for (const one of circle) open.delete(one);
    if (circle.length > 1 || targets.get(path)?.includes(path)) circles.push(circle);
  }
  for (const path of targets.keys()) if (!depths.has(path)) visit(path);
  return circles;
}
