import { z } from 'zod';
import { preconditionInput, versionSchema } from '#platform/postgres/field-versions.ts';
import { givenTime, idSchema, timeSchema } from '#platform/trpc/paging.ts';
import { groupIdSchema } from '../schema.ts';

const FACTOR = 'Give a whole number from 2 to 100.';
const MINIMUM = 'Give a whole number from 1 to 1,000,000.';

const spikeFactor = z
  .int(FACTOR)
  .min(2, FACTOR)
  .max(100, FACTOR)
  .meta({ description: 'A spike has this many times the reports of the same hour on the days before.', example: 5 });
const spikeMinimum = z
  .int(MINIMUM)
  .min(1, MINIMUM)
  .max(1_000_000, MINIMUM)
  .meta({ description: 'And at least so many reports in the hour.', example: 100 });

export const alertSettingsSchema = z
  .object({
    enabled: z.boolean(),
    connector_id: idSchema.nullable().meta({ description: 'What alerts are sent through.' }),
    new_groups: z.boolean().meta({ description: 'Whether groups that were never seen before are told.' }),
    spikes: z.boolean().meta({ description: 'Whether hours with far more reports than usual are told.' }),
    spike_factor: spikeFactor,
    spike_minimum: spikeMinimum,
    quiet_until: timeSchema
      .nullable()
      .meta({ description: 'Until then nothing is told; what is new meanwhile is not told later either.' }),
    enabled_at: timeSchema.nullable().meta({ description: 'What was seen before this is not new.' }),
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
  connector_id: idSchema.optional().meta({ description: 'The one of the settings when left out.' }),
});

export const ALERT_REASONS = ['new', 'spike'] as const;
export const ALERT_STATES = ['sending', 'sent', 'failed', 'interrupted'] as const;

/** A group that was told. */
export const alertSchema = z
  .object({
    id: idSchema,
    at: timeSchema,
    reason: z.enum(ALERT_REASONS),
    group: groupIdSchema,
    title: z.string(),
    count: z.int().meta({ description: 'Reports in the hour, when it was told.' }),
    usual: z.int().nullable().meta({ description: 'Of a spike: how many the same hour has on most days.' }),
    summarized: z.boolean().meta({ description: 'Told in one message with others.' }),
    state: z.enum(ALERT_STATES).meta({
      description:
        '`interrupted`: the process ended while it sent, and nobody knows whether it arrived. It is sent once more, so that a message may come twice.',
    }),
    error_message: z.string().nullable(),
    connector_id: idSchema.nullable().meta({ description: 'Null when the connector was deleted since.' }),
    connector_name: z.string(),
  })
  .meta({ id: 'CspAlert' });
