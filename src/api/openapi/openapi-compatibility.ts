/** What a JSON Schema of ours is made of. */
type Schema = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  prefixItems?: Schema[];
  pattern?: string;
} & Partial<Record<Bound, number>>;

type Bound = 'minLength' | 'maxLength' | 'minimum' | 'maximum' | 'minItems' | 'maxItems';

type Content = Record<string, { schema?: Schema }>;
type Parameter = { name: string; in: string; required?: boolean; schema?: Schema };
type Operation = {
  parameters?: Parameter[];
  requestBody?: { content?: Content };
  responses?: Record<string, { content?: Content }>;
};

export type OpenApi = {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
};

/**
 * What a change of the API document takes from a program written against the old one: a request that was accepted and
 * is no longer, an answer that it was not told of. New paths, optional inputs and fields in answers take nothing.
 * @returns one line for each; empty when the change is compatible.
 */
export function incompatibilities(before: OpenApi, after: OpenApi): string[] {
  return Object.entries(before.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, old]) => {
      const place = `${method.toUpperCase()} ${path}`;
      const fresh = after.paths[path]?.[method];
      if (!fresh) return [`${place} is gone`];
      return [
        ...compareParameters(place, old.parameters ?? [], fresh.parameters ?? [], before, after),
        ...compareBodies(place, old, fresh, before, after),
        ...compareResponses(place, old, fresh, before, after),
      ];
    }),
  );
}

function compareParameters(
  place: string,
  old: Parameter[],
  fresh: Parameter[],
  before: OpenApi,
  after: OpenApi,
): string[] {
  const key = (parameter: Parameter) => `${parameter.in} parameter ${parameter.name}`;
  const gone = old.filter((parameter) => !fresh.some((other) => key(other) === key(parameter)));
  return [
    ...gone.map((parameter) => `${place}: the ${key(parameter)} is gone`),
    ...fresh.flatMap((parameter) => {
      const previous = old.find((other) => key(other) === key(parameter));
      if (!previous) return parameter.required ? [`${place}: the ${key(parameter)} is new and required`] : [];
      const stricter =
        parameter.required && !previous.required ? [`${place}: the ${key(parameter)} became required`] : [];
      const schemas = fits(previous.schema ?? {}, parameter.schema ?? {}, { sub: before, sup: after, closed: true });
      return [...stricter, ...schemas.map((problem) => `${place}: the ${key(parameter)}${problem}`)];
    }),
  ];
}

function compareBodies(place: string, old: Operation, fresh: Operation, before: OpenApi, after: OpenApi): string[] {
  const oldBody = bodyOf(old.requestBody?.content);
  const freshBody = bodyOf(fresh.requestBody?.content);
  if (!oldBody) return freshBody ? [`${place}: a request body is new`] : [];
  if (!freshBody) return [`${place}: the request body is gone`];
  return fits(oldBody, freshBody, { sub: before, sup: after, closed: true }).map(
    (problem) => `${place}: the request${problem}`,
  );
}

function compareResponses(place: string, old: Operation, fresh: Operation, before: OpenApi, after: OpenApi): string[] {
  return Object.entries(old.responses ?? {}).flatMap(([status, response]) => {
    const other = fresh.responses?.[status];
    if (!other) return status.startsWith('2') ? [`${place}: the answer ${status} is gone`] : [];
    const told = bodyOf(response.content);
    const answered = bodyOf(other.content);
    if (!told || !answered) return told ? [`${place}: the body of ${status} is gone`] : [];
    return fits(answered, told, { sub: after, sup: before, closed: false }).map(
      (problem) => `${place}: the answer ${status}${problem}`,
    );
  });
}

const bodyOf = (content: Content | undefined): Schema | undefined => content?.['application/json']?.schema;

/** `closed`: a field that the wider schema does not know is refused (a request), not ignored (an answer). */
type Documents = { sub: OpenApi; sup: OpenApi; closed: boolean };

/** Where values of `sub` might not be values of `sup`: the lines continue "the request …". */
function fits(subRef: Schema, supRef: Schema, documents: Documents, seen: ReadonlySet<string> = new Set()): string[] {
  const pair = `${subRef.$ref}>${supRef.$ref}`;
  if (subRef.$ref && supRef.$ref) {
    if (seen.has(pair)) return [];
    seen = new Set([...seen, pair]);
  }
  const sub = resolve(subRef, documents.sub);
  const sup = resolve(supRef, documents.sup);
  const subOptions = sub.anyOf ?? sub.oneOf;
  const supOptions = sup.anyOf ?? sup.oneOf;
  if (subOptions) return subOptions.flatMap((option) => fits(option, sup, documents, seen));
  if (supOptions) {
    const attempts = supOptions.map((option) => fits(sub, option, documents, seen));
    return attempts.some((problems) => problems.length === 0)
      ? []
      : (attempts.toSorted((a, b) => a.length - b.length)[0] ?? []);
  }
  return [
    ...fitsType(sub, sup),
    ...fitsBounds(sub, sup, documents),
    ...fitsObject(sub, sup, documents, seen),
    ...fitsItems(sub, sup, documents, seen),
  ];
}

function fitsType(sub: Schema, sup: Schema): string[] {
  const allowed = values(sup);
  const given = values(sub);
  if (allowed) {
    const extra = given?.filter((value) => !allowed.includes(value)) ?? ['any other value'];
    return extra.length > 0 ? [` differs in its values: ${extra.join(', ')}`] : [];
  }
  const supTypes = [sup.type ?? []].flat();
  const subTypes = [sub.type ?? (given ?? []).map((value) => (value === null ? 'null' : typeof value))].flat();
  if (supTypes.length === 0) return [];
  const fitting = (type: string) => supTypes.includes(type) || (type === 'integer' && supTypes.includes('number'));
  return subTypes.length > 0 && subTypes.every(fitting)
    ? []
    : [` changed its type: ${subTypes.join('|') || 'any'} and ${supTypes.join('|')}`];
}

const values = (schema: Schema): unknown[] | undefined =>
  schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);

function fitsBounds(sub: Schema, sup: Schema, { closed }: Documents): string[] {
  if (!closed || values(sub)) return [];
  const tooLow = (['minLength', 'minimum', 'minItems'] as const).filter(
    (bound) => (sup[bound] ?? -Infinity) > (sub[bound] ?? -Infinity),
  );
  const tooHigh = (['maxLength', 'maximum', 'maxItems'] as const).filter(
    (bound) => (sup[bound] ?? Infinity) < (sub[bound] ?? Infinity),
  );
  const pattern = sup.pattern !== undefined && sup.pattern !== sub.pattern ? ['pattern'] : [];
  return [...tooLow, ...tooHigh, ...pattern].map((bound) => ` has a narrower ${bound}`);
}

function fitsObject(sub: Schema, sup: Schema, documents: Documents, seen: ReadonlySet<string>): string[] {
  const missing = (sup.required ?? []).filter((name) => !(sub.required ?? []).includes(name));
  const problems = missing.map(
    (name) => `: ${name} is ${documents.closed ? 'now required' : 'not always there any more'}`,
  );
  for (const [name, property] of Object.entries(sub.properties ?? {})) {
    const other = sup.properties?.[name];
    if (other) problems.push(...fits(property, other, documents, seen).map((problem) => `: ${name}${problem}`));
    else if (documents.closed && sup.additionalProperties === false)
      problems.push(`: ${name} is not accepted any more`);
  }
  return problems;
}

function fitsItems(sub: Schema, sup: Schema, documents: Documents, seen: ReadonlySet<string>): string[] {
  if (!sup.items) return [];
  return fits(sub.items ?? {}, sup.items, documents, seen).map((problem) => `: an item${problem}`);
}

function resolve(schema: Schema, document: OpenApi): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (document.components?.schemas?.[name] ?? {});
}
