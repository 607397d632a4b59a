import { z } from 'zod';
import { textField } from '#platform/trpc/fields.ts';

/** An event type that every organization has. */
export type BuiltInEventType = {
  name: string;
  /** When it is published, in words. */
  description: string;
  /** A JSON Pointer into `data` to what an event is about. */
  subject_pointer: string | null;
  /** What `data` is, at least: further members are allowed. */
  schema: z.ZodObject;
  example: Record<string, unknown>;
};

const id = textField(200).min(1, 'Must not be empty.');
const name = textField(500);
const count = z.number('Must be a number.').nonnegative('Must not be negative.');
const time = z.iso.datetime({ offset: true, error: 'Must be a time such as 2026-11-26T09:30:00.000Z.' });

const dataset = z.looseObject({ dataset_id: id, dataset_name: name.optional() });
const run = z.looseObject({
  run_id: id,
  recipe_id: id,
  recipe_name: name.optional(),
  dataset_id: id.nullish(),
  started_at: time.nullish(),
  finished_at: time.nullish(),
  trigger: name.nullish(),
  error: z.string('Must be a string.').nullish(),
  rows_in: count.nullish(),
  rows_out: count.nullish(),
});
const dashboard = z.looseObject({ dashboard_id: id, dashboard_name: name.optional() });

const RUN = {
  run_id: 'run-2026-11-26-0930',
  recipe_id: 'recipe-17',
  recipe_name: 'Join orders with customers',
  dataset_id: 'dataset-4',
  started_at: '2026-11-26T09:30:00.000Z',
  trigger: 'schedule',
};
const DATASET = { dataset_id: 'dataset-4', dataset_name: 'Orders' };
const DASHBOARD = { dashboard_id: 'dashboard-9', dashboard_name: 'Sales by region' };

/** The events of the platform and of this console, in the order in which pages show them. */
export const BUILT_IN_EVENT_TYPES: readonly BuiltInEventType[] = [
  {
    name: 'dataset.created',
    description: 'A dataset was created.',
    subject_pointer: '/dataset_id',
    schema: dataset,
    example: DATASET,
  },
  {
    name: 'dataset.updated',
    description: 'The rows or the schema of a dataset changed.',
    subject_pointer: '/dataset_id',
    schema: dataset.extend({ rows: count.nullish() }),
    example: { ...DATASET, rows: 1204 },
  },
  {
    name: 'dataset.deleted',
    description: 'A dataset was deleted.',
    subject_pointer: '/dataset_id',
    schema: dataset,
    example: DATASET,
  },
  {
    name: 'recipe.run.started',
    description: 'A recipe run started.',
    subject_pointer: '/run_id',
    schema: run,
    example: RUN,
  },
  {
    name: 'recipe.run.succeeded',
    description: 'A recipe run succeeded.',
    subject_pointer: '/run_id',
    schema: run,
    example: { ...RUN, finished_at: '2026-11-26T09:31:12.000Z', rows_in: 1204, rows_out: 1198 },
  },
  {
    name: 'recipe.run.failed',
    description: 'A recipe run failed.',
    subject_pointer: '/run_id',
    schema: run,
    example: { ...RUN, finished_at: '2026-11-26T09:30:41.000Z', error: 'The column customer_id is missing.' },
  },
  {
    name: 'dashboard.published',
    description: 'A dashboard was published or republished.',
    subject_pointer: '/dashboard_id',
    schema: dashboard,
    example: DASHBOARD,
  },
  {
    name: 'dashboard.unpublished',
    description: 'A dashboard was unpublished.',
    subject_pointer: '/dashboard_id',
    schema: dashboard,
    example: DASHBOARD,
  },
  {
    name: 'agent.run.failed',
    description: 'An agent run failed.',
    subject_pointer: '/run_id',
    schema: z.looseObject({
      run_id: id,
      agent_id: id,
      agent_name: name.optional(),
      error: z.string('Must be a string.').nullish(),
    }),
    example: {
      run_id: 'run-88',
      agent_id: 'agent-3',
      agent_name: 'Support triage',
      error: 'The tool send_to_n8n was refused.',
    },
  },
  {
    name: 'connector.failed',
    description: 'A send through a connector failed.',
    subject_pointer: '/connector_id',
    schema: z.looseObject({
      connector_id: id,
      connector_name: name,
      send_id: id.nullable(),
      status: z.int('Must be a whole number.').nullable(),
      error: z.looseObject({ code: name, message: z.string('Must be a string.') }),
    }),
    example: {
      connector_id: '0199f0a4-8c1e-7b3a-9d52-1f6a7c0e4b21',
      connector_name: 'Sales Slack Webhook',
      send_id: '0199f0a4-9d52-7c0e-8b21-8c1e7b3a1f6a',
      status: 500,
      error: { code: 'http_error', message: 'n8n.example.com answered 500: look at the log of the service there.' },
    },
  },
  {
    name: 'csp.group.new',
    description: 'Browsers reported a new kind of violation of a content security policy.',
    subject_pointer: '/group_id',
    schema: z.looseObject({ group_id: id, title: name, directive: name, disposition: name }),
    example: {
      group_id: '242a3a30a3a6777e',
      title: 'cdn.example.com',
      directive: 'script-src-elem',
      disposition: 'enforce',
    },
  },
  {
    name: 'audit.security_event',
    description: 'Something relevant to security happened, such as a failed sign-in, a new API key, or a changed role.',
    subject_pointer: '/target/id',
    schema: z.looseObject({
      audit_id: id,
      action: name,
      actor: z.looseObject({ type: name, id: z.string('Must be a string.'), name }),
      target: z.looseObject({ type: name, id: z.string('Must be a string.'), name }),
    }),
    example: {
      audit_id: '0199f0a4-8c1e-7b3a-9d52-1f6a7c0e4b21',
      action: 'api_key.created',
      actor: { type: 'user', id: 'user-1', name: 'Ada' },
      target: { type: 'api_key', id: '0199f0a4-9d52-7c0e-8b21-8c1e7b3a1f6a', name: 'CI' },
    },
  },
  {
    name: 'webhook.disabled',
    description: 'A webhook was disabled because its receiver answered 410 or only failed for 24 hours.',
    subject_pointer: '/webhook_id',
    schema: z.looseObject({ webhook_id: id, target_url: name, reason: name }),
    example: {
      webhook_id: '0199f0a4-8c1e-7b3a-9d52-1f6a7c0e4b21',
      target_url: 'https://receiver.example.com/hooks',
      reason: 'gone',
    },
  },
];

const byName = new Map(BUILT_IN_EVENT_TYPES.map((type) => [type.name, type]));

export const findBuiltInEventType = (eventType: string): BuiltInEventType | undefined => byName.get(eventType);
