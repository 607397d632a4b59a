import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { updateConnector } from '#features/connectors/update-connector.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { listTools } from './list-tools.ts';
import { TOOL_FORMATS } from './tool-formats.ts';
import { inputSchemaOf, outputSchemaOf } from './tool-json-schema.ts';

let platform: OpenPlatform;
beforeAll(async () => {
  platform = await createTestPlatform();
});
afterAll(() => platform.close());

const names = async (organization: Awaited<ReturnType<typeof createTestOrganization>>) =>
  (await listTools(organization.scope())).map(({ tool }) => tool.name);

describe('the tools of an organization', () => {
  test('are those of the types of which it has an enabled connector', async () => {
    const organization = await createTestOrganization(platform);
    expect(await names(organization)).toEqual([]);
    const id = await organization.connectorId();
    expect(await names(organization)).toEqual(['send_to_n8n']);
    await organization.twilioConnectorId();
    expect(await names(organization)).toEqual(['send_to_n8n', 'send_whatsapp']);
    await updateConnector(organization.scope(), { id, enabled: false });
    expect(await names(organization)).toEqual(['send_whatsapp']);
  });

  test('name the connectors to choose from', async () => {
    const organization = await createTestOrganization(platform);
    for (const name of ['Sales', 'Support']) {
      await updateConnector(organization.scope(), { id: await organization.connectorId(), name });
    }
    const [available] = await listTools(organization.scope());
    if (!available) throw new Error('There is a tool.');
    expect(inputSchemaOf(available)).toMatchObject({
      properties: { connector: { description: expect.stringContaining('there are several: "Sales", "Support"') } },
    });
  });
});

describe('the schemas of a tool', () => {
  test('are JSON Schema that a strict validator reads, and fit what they are of', async () => {
    const organization = await createTestOrganization(platform);
    await organization.connectorId();
    await organization.twilioConnectorId();
    const ajv = new Ajv2020({ strict: true, strictTypes: false });
    addFormats.default(ajv);
    const [n8n, whatsapp] = await listTools(organization.scope());
    if (!n8n || !whatsapp) throw new Error('There are two tools.');
    const takesN8n = ajv.compile(inputSchemaOf(n8n));
    expect(takesN8n({ message: 'x', metadata: { a: 1 } })).toBe(true);
    expect(takesN8n({ message: 'x', colour: 1 })).toBe(false);
    const takesWhatsApp = ajv.compile(inputSchemaOf(whatsapp));
    expect(takesWhatsApp({ to: '+491701234567', body: 'x' })).toBe(true);
    expect(takesWhatsApp({ body: 'x' })).toBe(false);
    const returns = ajv.compile(outputSchemaOf(n8n));
    const result = { ok: true, status: 200, body: { any: 'thing' }, duration_ms: 1, send_id: null };
    expect(returns(result)).toBe(true);
    expect(returns({ ...result, ok: false })).toBe(false);
    expect(returns({ ...result, ok: false, error: { code: 'timeout', message: 'late' } })).toBe(true);
  });

  test('have an object at their root and no reference, as runtimes want', async () => {
    const organization = await createTestOrganization(platform);
    await organization.twilioConnectorId();
    const [available] = await listTools(organization.scope());
    if (!available) throw new Error('There is a tool.');
    for (const schema of [inputSchemaOf(available), outputSchemaOf(available)]) {
      expect(schema).toMatchObject({ type: 'object' });
      expect(JSON.stringify(schema)).not.toMatch(/\$ref|\$defs|propertyNames/);
    }
  });
});

test('each format is what its runtime takes', async () => {
  const organization = await createTestOrganization(platform);
  await organization.connectorId();
  const available = await listTools(organization.scope());
  const schema = { type: 'object', required: ['message'] };
  const words = { name: 'send_to_n8n', description: expect.stringContaining('workflow') };
  expect(TOOL_FORMATS.openai(available)).toMatchObject([
    { type: 'function', function: { ...words, parameters: schema } },
  ]);
  expect(TOOL_FORMATS.anthropic(available)).toMatchObject([{ ...words, input_schema: schema }]);
  expect(TOOL_FORMATS.mcp(available)).toMatchObject({
    tools: [
      {
        ...words,
        inputSchema: schema,
        outputSchema: { type: 'object' },
        annotations: { openWorldHint: true, idempotentHint: false, readOnlyHint: false },
      },
    ],
  });
  expect(TOOL_FORMATS['json-schema'](available)).toMatchObject([{ title: 'send_to_n8n', ...schema }]);
});
