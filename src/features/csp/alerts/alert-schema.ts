import { z } from 'zod';
import { preconditionInput, versionSchema } from '#platform/postgres/field-versions.ts';
import { givenTime, idSchema, timeSchema, wholeNumberField } from '#platform/trpc/fields.ts';
import { groupIdSchema } from '../schema.ts';

const spikeFactor = wholeNumberField(2, 100).meta({
  description: 'A spike has at least this many times the reports of the same hour on previous days.',
  example: 5,
});
const spikeMinimum = wholeNumberField(1, 1_000_000).meta({
  description: 'A spike also has at least this many reports in the hour.',
  example: 100,
});

export const alertSettingsSchema = z
  .object({
    enabled: z.boolean(),
    connector_id: idSchema.nullable().meta({ description: 'The connector that alerts are sent through.' }),
    new_groups: z.boolean().meta({ description: 'Whether to send an alert about groups that were never seen before.' }),
    spikes: z.boolean().meta({ description: 'Whether to send an alert about hours with far more reports than usual.' }),
    spike_factor: spikeFactor,
    spike_minimum: spikeMinimum,
    quiet_until: timeSchema
      .nullable()
      .meta({ description: 'No alerts are sent until this time. Groups that are new before it cause no alert later.' }),
    enabled_at: timeSchema.nullable().meta({ description: 'Groups that were seen before this time are not new.' }),
    updated_at: timeSchema.nullable(),
    version: versionSchema,
  })
  .meta({ id: 'CspAlertSettings' });

export const updateAlertSettingsInput = z.strictObject({
  enabled: z.boolean().optional(),
  connector_id: idSchema.nullish(),
  new_groups: z.boolean().optional(),
  spikes: z.boolean().optional(),
  spike_factor: spikeFactor.optional(),
  spike_minimum: spikeMinimum.optional(),
  quiet_until: givenTime.nullish(),
  ...preconditionInput,
});

export const testAlertInput = z.strictObject({
  connector_id: idSchema.optional().meta({ description: 'The connector from the settings if left out.' }),
});

export const ALERT_REASONS = ['new', 'spike'] as const;
export const ALERT_STATES = ['sending', 'sent', 'failed', 'interrupted'] as const;

/** A group that an alert was sent about. */
export const alertSchema = z
  .object({
    id: idSchema,
    at: timeSchema,
    reason: z.enum(ALERT_REASONS),
    group: groupIdSchema,
    title: z.string(),
    count: z.int().meta({ description: 'Reports in the hour, when the alert was made.' }),
    usual: z.int().nullable().meta({ description: 'For a spike: how many reports the same hour usually has.' }),
    summarized: z.boolean().meta({ description: 'Sent in one message with others.' }),
    state: z.enum(ALERT_STATES).meta({
      description:
        '`interrupted`: the process ended during the send, so it is unknown whether the message arrived. It is sent once more, so the message may arrive twice.',
    }),
    error_message: z.string().nullable(),
    connector_id: idSchema.nullable().meta({ description: 'Null if the connector has been deleted.' }),
    connector_name: z.string(),
  })
  .meta({ id: 'CspAlert' });
