import type { Inputs } from '#client/console-api.ts';

export type ConnectorFilters = Pick<NonNullable<Inputs['connectors']['list']>, 'search' | 'type' | 'enabled'>;

export type ConnectorTypeName = NonNullable<ConnectorFilters['type']>;

const STATES: Record<string, boolean> = { enabled: true, disabled: false };

/**
 * The list's filters from the page's query string, as the API takes them.
 * @param types the types there are; another one in the query string filters nothing.
 */
export function connectorFilters(
  params: URLSearchParams,
  types: readonly { type: ConnectorTypeName }[],
): ConnectorFilters {
  return {
    search: params.get('search') || undefined,
    type: types.find(({ type }) => type === params.get('type'))?.type,
    enabled: STATES[params.get('state') ?? ''],
  };
}
