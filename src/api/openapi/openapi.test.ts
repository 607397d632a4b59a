import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BUILT_IN_EVENT_TYPES } from '#features/event-types/catalogue.ts';
import { restRoutes } from '../rest-routes.ts';
import { openApiDocument } from './openapi.ts';
import { incompatibilities, type OpenApi } from './openapi-compatibility.ts';

const committed = readFileSync('docs/openapi.json', 'utf8');
const generated = () => JSON.parse(JSON.stringify(openApiDocument())) as OpenApi & Record<string, unknown>;

describe('the API document', () => {
  test('changes nothing that a program written against the committed one relies on', () => {
    expect(incompatibilities(JSON.parse(committed) as OpenApi, generated())).toEqual([]);
  });

  test('is committed as the router gives it (npm run openapi writes it)', () => {
    expect(generated()).toEqual(JSON.parse(committed));
  });

  test('has every REST procedure with its errors in the contract’s body', () => {
    const { paths } = generated();
    for (const { rest, procedure } of restRoutes) {
      const operation = paths[rest.path]?.[rest.method.toLowerCase()];
      expect(operation, procedure).toBeDefined();
      expect(operation?.responses?.['400']?.content?.['application/json']?.schema, procedure).toEqual({
        $ref: '#/components/schemas/Error',
      });
    }
  });

  test('lists 429, 500, and 503 for every procedure, and the headers that each reads', () => {
    const { paths } = generated();
    for (const { rest, procedure } of restRoutes) {
      const { responses = {}, parameters = [] } = paths[rest.path]?.[rest.method.toLowerCase()] ?? {};
      expect(Object.keys(responses), procedure).toEqual(expect.arrayContaining(['429', '500', '503']));
      const names = parameters.map(({ name }) => name);
      expect(names, procedure).toEqual(expect.arrayContaining(Object.keys(rest.headerFields ?? {})));
    }
    expect(paths['/api/events']?.post?.parameters?.map(({ name }) => name)).toContain('Idempotency-Key');
  });

  test('has a webhook for each event type', () => {
    expect(Object.keys(generated().webhooks as object)).toEqual(BUILT_IN_EVENT_TYPES.map(({ name }) => name));
  });

  test('says a connector’s body as a union told apart by its type, with an example', () => {
    const body = generated().components?.schemas?.CreateConnector as Record<string, unknown>;
    expect(body).toMatchObject({ examples: [{ type: 'n8n_webhook' }] });
    expect(JSON.stringify(body)).toContain('webhook_url');
  });

  test('promises no closed list of connector types in answers, so that one more breaks nobody', () => {
    const type = generated().components?.schemas?.Connector?.properties?.type;
    expect(type).toMatchObject({ type: 'string' });
    expect(type).not.toHaveProperty('enum');
  });
});

describe('an incompatible change is found', () => {
  const changed = (change: (document: OpenApi) => void): string[] => {
    const document = generated();
    change(document);
    return incompatibilities(generated(), document);
  };
  const connector = (document: OpenApi) => {
    const schema = document.components?.schemas?.Connector;
    if (!schema?.properties) throw new Error('The document has no Connector.');
    return { ...schema, properties: schema.properties, required: schema.required ?? [] };
  };
  const replace = (document: OpenApi, schema: ReturnType<typeof connector>) => {
    if (document.components?.schemas) document.components.schemas.Connector = schema;
  };

  test('a path that is gone', () => {
    expect(changed((document) => delete document.paths['/api/connectors/{id}/sends'])).toEqual([
      'GET /api/connectors/{id}/sends is gone',
    ]);
  });

  test('a field of an answer that is gone', () => {
    const found = changed((document) => {
      const schema = connector(document);
      delete schema.properties.name;
      replace(document, { ...schema, required: schema.required.filter((name) => name !== 'name') });
    });
    expect(found).toContain('GET /api/connectors/{id}: the answer 200: name is not always there any more');
  });

  test('a field of an answer with another type', () => {
    const found = changed((document) => {
      const schema = connector(document);
      replace(document, { ...schema, properties: { ...schema.properties, enabled: { type: 'string' } } });
    });
    expect(found).toContain('GET /api/connectors/{id}: the answer 200: enabled changed its type: string and boolean');
  });

  test('a query parameter that became required, and one that is gone', () => {
    const found = changed((document) => {
      const list = document.paths['/api/connectors']?.get;
      if (!list) throw new Error('The document has no list of connectors.');
      list.parameters = (list.parameters ?? [])
        .filter(({ name }) => name !== 'search')
        .map((parameter) => (parameter.name === 'type' ? { ...parameter, required: true } : parameter));
    });
    expect(found).toEqual([
      'GET /api/connectors: the query parameter search is gone',
      'GET /api/connectors: the query parameter type became required',
    ]);
  });

  test('a request field that is required from now on, and one that is refused', () => {
    const found = changed((document) => {
      const schema = document.paths['/api/connectors/{id}']?.patch?.requestBody?.content?.['application/json']?.schema;
      if (!schema?.properties) throw new Error('The document has no body of PATCH.');
      delete schema.properties.enabled;
      schema.required = ['name'];
    });
    expect(found).toEqual([
      'PATCH /api/connectors/{id}: the request: name is now required',
      'PATCH /api/connectors/{id}: the request: enabled is not accepted any more',
    ]);
  });

  test('but not a new path, a new optional input or a new field in an answer', () => {
    const found = changed((document) => {
      document.paths['/api/new'] = { get: {} };
      document.paths['/api/connectors']?.get?.parameters?.push({
        name: 'sort',
        in: 'query',
        schema: { type: 'string' },
      });
      const schema = connector(document);
      replace(document, {
        ...schema,
        properties: { ...schema.properties, colour: { type: 'string' } },
        required: [...schema.required, 'colour'],
      });
    });
    expect(found).toEqual([]);
  });
});
