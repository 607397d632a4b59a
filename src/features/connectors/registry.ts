import type { ConnectorType } from './connector-type.ts';
import { n8nWebhook } from './n8n-webhook/n8n-webhook.ts';
import { twilioMessaging } from './twilio-messaging/twilio-messaging.ts';

/** Every type of connector: a new one is a folder beside this file and a line here. */
export const connectorTypes = [n8nWebhook, twilioMessaging] as const;

export type ConnectorTypeName = (typeof connectorTypes)[number]['type'];

/** The type without its own input and output types, for code that handles every connector type. */
export const findConnectorType = (name: string): ConnectorType | undefined =>
  (connectorTypes as readonly unknown[] as readonly ConnectorType[]).find(({ type }) => type === name);
