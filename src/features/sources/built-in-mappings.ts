import type { ChangeMapping, FieldSource } from '#core/sources/change-mapping.ts';

export const PIPELINE_RUNS = 'dataintel.pipeline_runs';
export const AUDIT_LOG = 'dataintel.audit_log';

const organization = { column: 'organization_id' } as const;
/** Audit entries about the whole installation belong to no organization. */
const organizationIfAny = { column: 'organization_id', optional: true } as const;
/** The maximum lengths of names and texts in built-in events. */
const name = (column: string): FieldSource => ({ column, most: 500 });
const text = (column: string): FieldSource => ({ column, most: 20_000 });
const id = (column: string): FieldSource => ({ column, most: 200 });

const whenRun = (status: string, event_type: string): ChangeMapping => ({
  table: PIPELINE_RUNS,
  operations: ['insert', 'update'],
  conditions: [{ column: 'status', test: 'becomes', value: status }],
  event_type,
  fields: {
    run_id: 'id',
    recipe_id: id('recipe_id'),
    recipe_name: name('recipe_name'),
    dataset_id: id('dataset_id'),
    started_at: 'started_at',
    finished_at: 'finished_at',
    trigger: name('trigger'),
    error: text('error'),
    rows_in: 'rows_in',
    rows_out: 'rows_out',
  },
  organization,
});

const ACTOR = { 'actor.type': 'actor_type', 'actor.id': 'actor_id', 'actor.name': name('actor_name') };

/** Maps actions of the audit log to events with the same names. */
const whenAudited = (action: string, what: 'dataset' | 'dashboard'): ChangeMapping => ({
  table: AUDIT_LOG,
  operations: ['insert'],
  conditions: [{ column: 'action', test: 'is', value: action }],
  event_type: action,
  fields: {
    [`${what}_id`]: id('target_id'),
    [`${what}_name`]: name('target_name'),
    at: 'at',
    ...ACTOR,
    details: 'details',
  },
  organization: organizationIfAny,
});

/** The mappings that exist without being created by anybody. */
export const BUILT_IN_MAPPINGS: readonly ChangeMapping[] = [
  whenRun('running', 'recipe.run.started'),
  whenRun('succeeded', 'recipe.run.succeeded'),
  whenRun('failed', 'recipe.run.failed'),
  {
    table: AUDIT_LOG,
    operations: ['insert'],
    conditions: [{ column: 'severity', test: 'is', value: 'security' }],
    event_type: 'audit.security_event',
    fields: {
      audit_id: 'id',
      at: 'at',
      action: name('action'),
      ...ACTOR,
      'target.type': 'target_type',
      'target.id': id('target_id'),
      'target.name': name('target_name'),
      ip: 'ip',
      user_agent: name('user_agent'),
      details: 'details',
    },
    organization: organizationIfAny,
  },
  whenAudited('dataset.created', 'dataset'),
  whenAudited('dataset.updated', 'dataset'),
  whenAudited('dataset.deleted', 'dataset'),
  whenAudited('dashboard.published', 'dashboard'),
  whenAudited('dashboard.unpublished', 'dashboard'),
];
