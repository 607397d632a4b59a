'use client';

import { api, type Outputs } from '#client/console-api.ts';

export type ConnectorTypeInfo = Outputs['connectorTypes']['list']['items'][number];
export type FieldInfo = ConnectorTypeInfo['fields'][number];

/** The types of connectors there are; they change with a new release only. Undefined until they have come. */
export function useConnectorTypes(): ConnectorTypeInfo[] | undefined {
  return api.connectorTypes.list.useQuery(undefined, { staleTime: Number.POSITIVE_INFINITY }).data?.items;
}
