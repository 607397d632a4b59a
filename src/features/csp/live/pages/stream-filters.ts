import type { Inputs } from '#client/console-api.ts';
import { cspFilters, isNarrowed, NO_FILTERS } from '#features/csp/groups/pages/csp-filters.ts';
import { chosenTimes } from '#features/csp/timeline/pages/time-range.ts';
import { LINE_KINDS } from './stream-kinds.ts';

type Question = NonNullable<Inputs['csp']['lines']>;

export type StreamFilters = Omit<Question, 'limit' | 'cursor'>;

const { violation: _, ...OTHER_KINDS } = LINE_KINDS;

/** The options of the kind filter. Violations can also be chosen by their disposition. */
const CHOICES: Record<string, { label: string; filters: StreamFilters }> = {
  violation: { label: 'Violations', filters: { kinds: ['violation'] } },
  blocked: { label: 'Blocked', filters: { kinds: ['violation'], disposition: 'enforce' } },
  'would-block': { label: 'Would block', filters: { kinds: ['violation'], disposition: 'report' } },
  ...Object.fromEntries(
    Object.entries(OTHER_KINDS).map(([kind, { label }]) => [
      kind,
      { label, filters: { kinds: [kind as keyof typeof OTHER_KINDS] } },
    ]),
  ),
};

export const STREAM_KINDS = Object.entries(CHOICES).map(([value, { label }]) => ({ value, label }));

/** The raw stream includes noise by default. */
export const STREAM_NOISE = [
  { value: 'hide', label: 'Exclude noise' },
  { value: 'only', label: 'Noise alone' },
];

/**
 * The stream's filters from the page's query string, as the API takes them: all there is when it printed no message.
 */
export function streamFilters(params: URLSearchParams): StreamFilters {
  const { since: _since, until: _until, noise: _noise, ...filters } = cspFilters(params, 0);
  const noise = params.get('noise');
  const kind = params.get('kind') ?? '';
  const chosen = Object.hasOwn(CHOICES, kind) ? CHOICES[kind]?.filters : undefined;
  return {
    ...filters,
    ...chosenTimes(params),
    ...((noise === 'hide' || noise === 'only') && { noise: noise === 'only' }),
    ...chosen,
  };
}

/** What the first page asks for. */
export const firstLines = (filters: StreamFilters): Question => ({ ...filters, limit: 100 });

export const isStreamNarrowed = (params: URLSearchParams): boolean =>
  isNarrowed(params) || params.get('noise') === 'hide' || params.has('kind') || chosenTimes(params) !== null;

/** Takes every filter out of the query string. */
export const NO_STREAM_FILTERS = { ...NO_FILTERS, kind: null };
