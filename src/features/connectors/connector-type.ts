import { z } from 'zod';
import type { Config as Settings } from '#platform/config.ts';
import type { OutboundResult } from '#platform/outbound-http.ts';

/** How a field is shown in a form. What it accepts is its zod schema's business. */
export type FieldInfo = {
  label: string;
  help: string;
  placeholder?: string;
  kind: 'text' | 'multiline' | 'url' | 'json';
  /** Sealed in the database, masked in every answer. */
  secret?: boolean;
};

const fieldInfo = z.registry<FieldInfo>();

/** Gives a schema what a form and the API document say about it. */
export function field<Schema extends z.ZodType>(schema: Schema, info: FieldInfo): Schema {
  const described = schema.meta({ ...schema.meta(), title: info.label, description: info.help });
  fieldInfo.add(described, info);
  return described;
}

/** One request, ready to be sent. */
export type OutboundCall = { method: 'POST' | 'GET'; url: string; headers: Record<string, string>; body: string };

/** The answer of a send as the contract writes it. */
export type SendResult =
  | { ok: true; status: number; body: unknown; duration_ms: number }
  | { ok: false; status: number | null; body: unknown; duration_ms: number; error: SendError };

export const SEND_ERROR_CODES = [
  'http_error',
  'timeout',
  'dns_error',
  'connection_refused',
  'connection_reset',
  'tls_error',
  'invalid_response',
  'blocked_address',
  'response_too_large',
  'provider_error',
  'disabled',
] as const;

export type SendError = { code: (typeof SEND_ERROR_CODES)[number]; message: string; provider_code?: number };

/**
 * A kind of connector: one folder, and one line in the registry. Its form, its REST schema and its tool's schema come
 * from the two zod objects.
 */
export type ConnectorType<
  Type extends string = string,
  Config extends z.ZodObject = z.ZodObject,
  Input extends z.ZodObject = z.ZodObject,
> = {
  type: Type;
  name: string;
  description: string;
  /** Fields made with `field`. */
  config: Config;
  action: { name: string; tool: string; description: string; input: Input };
  /** Pure: the request for an action. `settings` is the process's configuration, for a type that a variable points elsewhere. */
  buildRequest(
    config: z.output<Config>,
    input: z.output<Input>,
    settings: Settings,
  ): OutboundCall | Promise<OutboundCall>;
  /** Pure: what the other side's answer means. */
  classifyResponse(response: OutboundResult, config: z.output<Config>): SendResult;
};

/** Checks a type's parts against each other while it is declared. */
export const defineConnectorType = <const Type extends string, Config extends z.ZodObject, Input extends z.ZodObject>(
  type: ConnectorType<Type, Config, Input>,
) => type;

export type FieldDescription = FieldInfo & { name: string; required: boolean; secret: boolean };

/** The fields of a config or of an action's input, in order, for a form. */
export const fieldsOf = (object: z.ZodObject): FieldDescription[] =>
  Object.entries(object.shape).map(([name, schema]) => {
    const info = fieldInfo.get(schema as z.ZodType);
    if (!info) throw new Error(`The field ${name} is not declared with field().`);
    return {
      ...info,
      name,
      required: !(schema as z.ZodType).safeParse(undefined).success,
      secret: info.secret ?? false,
    };
  });

export const secretFieldsOf = (object: z.ZodObject): string[] =>
  fieldsOf(object)
    .filter(({ secret }) => secret)
    .map(({ name }) => name);
