import type { Inputs } from '#client/console-api.ts';

export const CALL_RESULTS = [
  { value: 'ok', label: 'Succeeded', ok: true },
  { value: 'failed', label: 'Failed or refused', ok: false },
];

/** The filters of the log of calls from the page's query string, as the API takes them. */
export const callFilters = (params: URLSearchParams): Pick<Inputs['tools']['calls'], 'tool' | 'ok'> => ({
  tool: params.get('tool') || undefined,
  ok: CALL_RESULTS.find(({ value }) => value === params.get('result'))?.ok,
});
