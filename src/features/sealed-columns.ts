import type { SealedColumn } from '#platform/secrets.ts';
import { CONNECTOR_SECRETS } from './connectors/secret-config.ts';
import { SUBSCRIPTION_SECRETS } from './subscriptions/subscription-secrets.ts';

/** Every column of sealed texts: what a rotation of the key seals anew. */
export const sealedColumns: readonly SealedColumn[] = [CONNECTOR_SECRETS, ...SUBSCRIPTION_SECRETS];
