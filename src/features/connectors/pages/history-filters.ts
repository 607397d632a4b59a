import type { Inputs } from '#client/console-api.ts';
import { SEND_SOURCE_NAMES } from './send-source-names.ts';

export const SEND_RESULTS = [
  { value: 'delivered', label: 'Delivered', ok: true },
  { value: 'failed', label: 'Failed', ok: false },
];

export const SEND_SOURCES = Object.entries(SEND_SOURCE_NAMES).map(([value, label]) => ({ value, label }));

type HistoryFilters = Pick<Inputs['connectors']['sends'], 'ok' | 'source'>;

const isSource = (text: string): text is keyof typeof SEND_SOURCE_NAMES => Object.hasOwn(SEND_SOURCE_NAMES, text);

/** The history's filters from the page's query string, as the API takes them. */
export function historyFilters(params: URLSearchParams): HistoryFilters {
  const source = params.get('source') ?? '';
  return {
    ok: SEND_RESULTS.find(({ value }) => value === params.get('result'))?.ok,
    source: isSource(source) ? source : undefined,
  };
}
