import { z } from 'zod';
import type { ProcedureMeta, RestMeta } from '#platform/trpc/procedure.ts';
import { appRouter } from './router.ts';

export type RestRoute = {
  /** `connectors.create` */
  procedure: string;
  rest: RestMeta;
  needs: ProcedureMeta['needs'];
  input: z.ZodType | undefined;
  output: z.ZodType;
};

const declared = z.object({
  _def: z.object({
    type: z.enum(['query', 'mutation', 'subscription']),
    meta: z.custom<ProcedureMeta>(),
    inputs: z.array(z.instanceof(z.ZodType)),
    output: z.instanceof(z.ZodType),
  }),
});

/** Every procedure of the router with what it declares. */
export const declaredProcedures = Object.entries(appRouter._def.procedures).map(([procedure, value]) => ({
  procedure,
  // A procedure is a function; zod reads its properties from a copy.
  ...declared.parse({ _def: (value as unknown as { _def: unknown })._def })._def,
}));

/** The procedures that REST serves. */
export const restRoutes: RestRoute[] = declaredProcedures.flatMap(({ procedure, meta, inputs, output }) =>
  meta.rest ? [{ procedure, rest: meta.rest, needs: meta.needs, input: inputs.at(-1), output }] : [],
);

export type RouteMatch = { route: RestRoute; params: Record<string, string> };

/**
 * A literal path goes before the templates that it also fits: `/api/events/batch` is not the event `batch`, whatever the
 * method (OpenAPI 3.1, section 4.8.8.2).
 * @returns the route, or the methods that the path has when this is none of them (empty: there is no such path).
 */
export function matchRoute(method: string, path: string): RouteMatch | { allowed: string[] } {
  const fitting = restRoutes.flatMap((route) => {
    const params = matchPath(route.rest.path, path);
    return params ? [{ route, params }] : [];
  });
  const fewest = Math.min(...fitting.map(({ params }) => Object.keys(params).length));
  const candidates = fitting.filter(({ params }) => Object.keys(params).length === fewest);
  const wanted = method === 'HEAD' ? 'GET' : method;
  const found = candidates.find(({ route }) => route.rest.method === wanted);
  return found ?? { allowed: candidates.map(({ route }) => route.rest.method) };
}

function matchPath(template: string, path: string): Record<string, string> | null {
  const parts = template.split('/');
  const given = path.split('/');
  if (parts.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const value = given[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined ? part !== value : value === '') return null;
    if (name !== undefined) params[name] = decodePart(value);
  }
  return params;
}

export function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
