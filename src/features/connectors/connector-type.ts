import { z } from 'zod';
import type { Config as Settings } from '#platform/config.ts';
import type { OutboundResult } from '#platform/outbound/outbound-http.ts';

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

export type SendError = {
  code: (typeof SEND_ERROR_CODES)[number];
  message: string;
  /** The provider's own code, where it has one, and what it means. */
  provider_code?: number;
  explanation?: string;
  next_step?: string;
};

/** A provider's code in plain words, and what to do about it. */
export type FailureWords = { explanation: string; next_step: string };

/** What a request is made in: the process's configuration, for a type that a variable points elsewhere. */
export type SendContext = { connector_id: string; settings: Settings };

/** What became of a message that a provider took: its id there, and the provider's word for its state. */
export type ProviderMessage = { id: string; status: string };

/**
 * The result of checking the account. `ok: false` says why the check failed, in the type's own words where it has any.
 */
export type CredentialCheck = { ok: true; found: { label: string; value: string }[] } | { ok: false; error: SendError };

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
  /**
   * Pure: the URL that a config sends its secrets to, of which the origin counts; null when the config does not decide
   * it. When it changes, the secret fields that are not given again are dropped.
   */
  destination(config: z.output<Config>): string | null;
  /** Pure: the request for an action. */
  buildRequest(
    config: z.output<Config>,
    input: z.output<Input>,
    context: SendContext,
  ): OutboundCall | Promise<OutboundCall>;
  /** Pure: the arguments that carry a plain message and what goes with it. A type without this takes no alerts. */
  alertArguments?(text: string, metadata: Record<string, unknown>): z.input<Input>;
  /** Pure: what the other side's answer means. */
  classifyResponse(response: OutboundResult, config: z.output<Config>): SendResult;
  /** Pure: the message that a response is about, for a provider that reports its status later. */
  providerMessage?(result: SendResult): ProviderMessage | null;
  /** Pure: what a code of the provider's means, where people meet it. */
  explainFailure?(providerCode: number): FailureWords | undefined;
  /** Pure: what the HTTP status of a refusal means whose code, if it has one, `explainFailure` does not know. */
  explainStatus?(status: number): FailureWords | undefined;
  /** How the credentials are tried without sending anything. A type without this cannot. */
  credentials?: {
    buildRequest(config: z.output<Config>, context: SendContext): OutboundCall | Promise<OutboundCall>;
    read(response: OutboundResult, config: z.output<Config>): CredentialCheck;
  };
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
