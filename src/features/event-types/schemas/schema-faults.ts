import { isDeeperThan } from '#core/json/json-depth.ts';

/** Deeper than any schema that people write. */
const MOST_LEVELS = 50;
/** Their values are data, not schemas. */
const DATA = new Set(['const', 'enum', 'default', 'examples']);
/** Keywords whose schemas apply to the very same value, so that a circle of them never ends. */
const SAME_VALUE_LISTS = ['allOf', 'anyOf', 'oneOf'];
const SAME_VALUE = ['not', 'if', 'then', 'else'];
const SAME_VALUE_MAPS = ['dependentSchemas', 'dependencies'];
const REFERENCES = ['$ref', '$dynamicRef', '$recursiveRef'];

type Node = Record<string, unknown>;

/**
 * What of a JSON Schema is refused before anything compiles it: nesting beyond reason, references that lead back to
 * themselves without going deeper into the data, and what our validator would pass over in silence.
 * @returns the first fault: where, and what to change.
 */
export function schemaFault(schema: object): { path: string[]; message: string } | null {
  if (isDeeperThan(schema, MOST_LEVELS))
    return { path: [], message: `Must not be nested deeper than ${MOST_LEVELS} levels.` };
  const nodes = nodesOf(schema, []);
  for (const { node, path } of nodes) {
    if (Object.hasOwn(node, '__proto__'))
      return { path, message: 'A property can’t be named __proto__. Use another name.' };
    if (Object.hasOwn(node, '$async'))
      return { path: [...path, '$async'], message: '$async is not supported. Leave it out.' };
  }
  const circle = findCircle(nodes);
  return (
    circle && {
      path: circle,
      message: 'It refers to itself without going deeper into the data, so checking would never end.',
    }
  );
}

type Place = { node: Node; path: string[] };

function nodesOf(value: unknown, path: string[]): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one, index) => nodesOf(one, [...path, String(index)]));
  const inner = Object.entries(value).flatMap(([name, one]) =>
    DATA.has(name) && !isName(path) ? [] : nodesOf(one, [...path, name]),
  );
  return [{ node: value as Node, path }, ...inner];
}

/** Whether the members at a path are names of the author's choice. */
const isName = (path: string[]): boolean =>
  ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'].includes(path.at(-1) ?? '');

function findCircle(places: Place[]): string[] | null {
  const byObject = new Map(places.map((place) => [place.node, place]));
  const find = resolver(places);
  const done = new Set<Node>();
  for (const { node } of places) {
    // Depth first without recursion: a chain of references may be longer than the stack.
    const stack = [{ node, next: sameValue(node, find) }];
    const open = new Set<Node>([node]);
    while (stack.length > 0) {
      const top = stack.at(-1);
      const inner = top?.next.shift();
      if (!top) break;
      if (!inner) {
        stack.pop();
        open.delete(top.node);
        done.add(top.node);
      } else if (open.has(inner)) return byObject.get(top.node)?.path ?? [];
      else if (!done.has(inner)) {
        open.add(inner);
        stack.push({ node: inner, next: sameValue(inner, find) });
      }
    }
  }
  return null;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The schemas that a schema applies to the value that it is applied to itself. */
function sameValue(node: Node, find: (reference: string) => Node[]): Node[] {
  const lists = SAME_VALUE_LISTS.flatMap((name) => (Array.isArray(node[name]) ? node[name] : []));
  const maps = SAME_VALUE_MAPS.flatMap((name) => (isNode(node[name]) ? Object.values(node[name]) : []));
  const references = REFERENCES.flatMap((name) => (typeof node[name] === 'string' ? find(node[name]) : []));
  return [...lists, ...SAME_VALUE.map((name) => node[name]), ...maps].filter(isNode).concat(references);
}

/**
 * The places that a reference within the schema can point to: pointers, anchors, and ids. Our validator refuses
 * anything else.
 */
function resolver(places: Place[]): (reference: string) => Node[] {
  const named = new Map<string, Node[]>();
  const name = (key: string, node: Node) => named.set(key, [...(named.get(key) ?? []), node]);
  for (const { node, path } of places) {
    name(`#${path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`, node);
    for (const anchor of ['$anchor', '$dynamicAnchor'])
      if (typeof node[anchor] === 'string') name(`#${node[anchor]}`, node);
    if (typeof node.$id === 'string') name(lastPart(node.$id), node);
  }
  return (reference) => {
    const [id = '', fragment = ''] = reference.split('#', 2);
    const pointer = `#${decoded(fragment)}`;
    const base = id === '' ? [] : (named.get(lastPart(id)) ?? []);
    if (fragment === '') return id === '' ? (named.get('#') ?? []) : base;
    return named.get(pointer) ?? [];
  };
}

const lastPart = (id: string): string => `id:${id.replace(/#.*$/, '').split('/').at(-1)}`;

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
