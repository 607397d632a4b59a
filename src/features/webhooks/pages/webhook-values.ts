import type { Inputs, Outputs } from '#client/console-api.ts';
import { readJsonObject } from '#client/read-json-object.ts';
import { writeJson } from '#core/json/user-json.ts';
import { isSameServer } from '#core/net/same-server.ts';
import { MASK } from '#core/text/mask.ts';
import { type NumberRule, numberFault, numberOf, type TypedNumber } from '#ui/forms/number-values.ts';

type Webhook = Outputs['webhooks']['get'];

/** The values of a webhook's form, as they are typed. */
export type WebhookValues = {
  event_type: string[];
  target_url: string;
  description: string;
  /** One `Name: value` per line. */
  headers: string;
  /** JSON, or nothing. */
  filter: string;
  concurrency: TypedNumber;
  rate_limit: TypedNumber;
  ordered: boolean;
};

export const WEBHOOK_LABELS = {
  event_type: 'Event types',
  target_url: 'Receiver',
  description: 'Description',
  headers: 'Headers',
  filter: 'Filter',
  concurrency: 'Requests at once',
  rate_limit: 'Requests a second',
  ordered: 'In order',
} satisfies Record<keyof WebhookValues, string>;

export const CONCURRENCY = { least: 1, most: 100, whenEmpty: 10 } satisfies NumberRule;
export const RATE_LIMIT = { least: 1, most: 10_000, whenEmpty: null } satisfies NumberRule;

export const EMPTY_WEBHOOK: WebhookValues = {
  event_type: [],
  target_url: '',
  description: '',
  headers: '',
  filter: '',
  concurrency: 10,
  rate_limit: '',
  ordered: false,
};

export const valuesOf = (webhook: Webhook): WebhookValues => ({
  event_type: webhook.event_type,
  target_url: webhook.target_url,
  description: webhook.description,
  headers: Object.entries(webhook.headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n'),
  filter: webhook.filter === null ? '' : writeJson(webhook.filter, 2),
  concurrency: webhook.concurrency,
  rate_limit: webhook.rate_limit ?? '',
  ordered: webhook.ordered,
});

/** The errors that a form can find without the server. The server checks the rest. */
export function webhookErrors(values: WebhookValues): Partial<Record<keyof WebhookValues, string>> {
  const concurrency = numberFault(values.concurrency, CONCURRENCY);
  const rate_limit = numberFault(values.rate_limit, RATE_LIMIT);
  return {
    ...(concurrency && { concurrency }),
    ...(rate_limit && { rate_limit }),
    ...(values.event_type.length === 0 && { event_type: 'Choose at least one event type.' }),
    ...(values.target_url.trim() === '' && { target_url: 'Enter the address of the receiver.' }),
    ...(readHeaders(values.headers) === null && {
      headers: 'Write one header a line, such as Authorization: Bearer abc.',
    }),
    ...(readFilter(values.filter) === undefined && {
      filter: 'This is not a JSON object: check its quotes and brackets.',
    }),
  };
}

/** @returns null if a line is not a header. */
function readHeaders(text: string): Record<string, string> | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const pairs = lines.map((line) => /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(line));
  if (pairs.some((pair) => pair === null)) return null;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}

/** The headers that are still masked although the host has changed. The server will remove them. */
export function droppedHeaders(savedUrl: string, values: WebhookValues): string[] {
  const url = values.target_url.trim();
  if (URL.parse(url) === null || isSameServer(savedUrl, url)) return [];
  return Object.entries(readHeaders(values.headers) ?? {})
    .filter(([, value]) => value === MASK)
    .map(([name]) => name);
}

/** @returns null for no filter, undefined if the text is not a JSON object. */
export const readFilter = (text: string): Record<string, unknown> | null | undefined =>
  text.trim() === '' ? null : (readJsonObject(text) ?? undefined);

/** The values of a form without errors, in the format of the API. */
export const inputOf = (values: WebhookValues): Inputs['webhooks']['create'] => ({
  event_type: values.event_type,
  target_url: values.target_url.trim(),
  description: values.description,
  headers: readHeaders(values.headers) ?? {},
  filter: readFilter(values.filter) ?? null,
  concurrency: numberOf(values.concurrency, CONCURRENCY),
  rate_limit: numberOf(values.rate_limit, RATE_LIMIT),
  ordered: values.ordered,
});
