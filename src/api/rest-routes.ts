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
  meta.rest ? [{ procedure, rest: meta.rest, needs: meta.needs, input: unwrapped(inputs.at(-1)), output }] : [],
);

/** The schema of an input that may be left out, which says its fields. */
function unwrapped(input: z.ZodType | undefined): z.ZodType | undefined {
  return input instanceof z.ZodPrefault ? (input.unwrap() as z.ZodType) : input;
}

/** The headers that a route reads, in the spelling of HTTP, with the field of the input that each stands for. */
export const headersOf = ({ rest }: Pick<RestRoute, 'rest'>): [header: string, field: string][] => [
  ...Object.entries(rest.headerFields ?? {}),
  ...(rest.versioned && rest.method !== 'GET' ? [['If-Match', 'if_match'] as [string, string]] : []),
];

export type RouteMatch = { route: RestRoute; params: Record<string, string> };

/**
 * A literal path goes before the templates that it also fits: `/api/events/batch` is not the event `batch`, whatever the
 * method (OpenAPI 3.1, section 4.8.8.2).
 * @returns the route, or the methods that the path has when this is none of them (empty: there is no such path).
 */
export function matchRoute(method: string, path: string): RouteMatch | { allowed: string[] } {
  const given = path.split('/');
  const fitting = (byLength.get(given.length) ?? []).filter(({ parts }) => fits(parts, given));
  const fewest = Math.min(...fitting.map(({ names }) => names));
  const candidates = fitting.filter(({ names }) => names === fewest);
  const wanted = method === 'HEAD' ? 'GET' : method;
  const found = candidates.find(({ route }) => route.rest.method === wanted);
  return found
    ? { route: found.route, params: paramsOf(found.parts, given) }
    : { allowed: candidates.map(({ route }) => route.rest.method) };
}

/** A literal part, or the name of what stands there. */
type Part = { literal: string } | { name: string };

const partsOf = (template: string): Part[] =>
  template.split('/').map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    return name === undefined ? { literal: part } : { name };
  });

/** The routes by how many parts their paths have: of some 100 routes, a request is compared with a few. */
const byLength = Map.groupBy(
  restRoutes.map((route) => {
    const parts = partsOf(route.rest.path);
    return { route, parts, names: parts.filter((part) => 'name' in part).length };
  }),
  ({ parts }) => parts.length,
);

const fits = (parts: Part[], given: string[]): boolean =>
  parts.every((part, index) => ('name' in part ? given[index] !== '' : given[index] === part.literal));

const paramsOf = (parts: Part[], given: string[]): Record<string, string> =>
  Object.fromEntries(
    parts.flatMap((part, index) => ('name' in part ? [[part.name, decodePart(given[index] ?? '')]] : [])),
  );

export function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
