'use client';

import { Anchor, Button, Checkbox, Group, Select, Stack, Switch, TextInput } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { api, type Outputs } from '#client/console-api.ts';
import { SendOutcome } from '#features/connectors/pages/send-outcome.tsx';
import { EditConflict, EditOutdated, savedSentence } from '#ui/forms/edit-conflict.tsx';
import { NumberField } from '#ui/forms/number-field.tsx';
import { type NumberRule, numberFault, numberOf, type TypedNumber } from '#ui/forms/number-values.ts';
import { changedOf, useEditForm } from '#ui/forms/use-edit-form.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { IntentLink } from '#ui/page/intent-link.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';
import { toastDone } from '#ui/page/toast.tsx';
import classes from './alert.module.css';
import { localTime, momentOf } from './alert-times.ts';

type Settings = Outputs['csp']['alerts']['get'];
type Connector = Outputs['connectors']['list']['items'][number];

const FACTOR = { least: 2, most: 100 } satisfies NumberRule;
const MINIMUM = { least: 1, most: 1_000_000 } satisfies NumberRule;

const valuesOf = (settings: Settings) => ({
  enabled: settings.enabled,
  connector_id: settings.connector_id,
  new_groups: settings.new_groups,
  spikes: settings.spikes,
  spike_factor: settings.spike_factor as TypedNumber,
  spike_minimum: settings.spike_minimum as TypedNumber,
  quiet_until: localTime(settings.quiet_until),
});

const LABELS = {
  enabled: 'Send alerts',
  connector_id: 'Through',
  new_groups: 'New groups',
  spikes: 'Spikes',
  spike_factor: 'Times the usual',
  spike_minimum: 'Reports, at least',
  quiet_until: 'Quiet until',
} satisfies Record<keyof ReturnType<typeof valuesOf>, string>;

/** The form of the alert settings, with a button to send a test. */
export function AlertForm({ settings, connectors }: { settings: Settings; connectors: readonly Connector[] }) {
  const cache = api.useUtils();
  const update = api.csp.alerts.update.useMutation();
  const show = (current: Settings) => cache.csp.alerts.get.setData(undefined, current);
  const edit = useEditForm<ReturnType<typeof valuesOf>, Settings>({
    thing: settings,
    valuesOf,
    validate: {
      connector_id: (id, { enabled }) => (enabled && !id ? 'Choose the connector that alerts are sent through.' : null),
      // Hidden when spikes are off, so an error in this field could not be corrected.
      spike_factor: (factor, values) => (values.spikes ? numberFault(factor, FACTOR) : null),
      spike_minimum: (minimum, values) => (values.spikes ? numberFault(minimum, MINIMUM) : null),
    },
    save: (values, change) => {
      const { spike_factor, spike_minimum, quiet_until, ...plain } = values;
      const input = {
        ...plain,
        ...(!numberFault(spike_factor, FACTOR) && { spike_factor: numberOf(spike_factor, FACTOR) }),
        ...(!numberFault(spike_minimum, MINIMUM) && { spike_minimum: numberOf(spike_minimum, MINIMUM) }),
        quiet_until: momentOf(quiet_until),
      };
      return update.mutateAsync({ ...(change && { ...changedOf(input, change), version: change.version }) });
    },
    onSaved(saved, others) {
      show(saved);
      const sentence = saved.enabled ? 'Alerts are on.' : 'Alerts are off. The settings are saved.';
      toastDone(savedSentence(sentence, others, LABELS));
    },
    onCurrent: show,
  });
  const { form, message, busy, submit, isChanged } = edit;
  const shown = (name: string, value: unknown) =>
    name === 'connector_id' ? connectors.find(({ id }) => id === value)?.name : undefined;
  const { connector_id, spikes } = form.values;
  const chosen = connectors.find(({ id }) => id === connector_id);

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg" maw={560}>
        {message && <Notice tone="failure">{message}</Notice>}
        <EditConflict edit={edit} labels={LABELS} show={shown} />
        {settings.enabled && settings.connector_id === null && (
          <Notice tone="failure">The connector for alerts was deleted. Choose another one.</Notice>
        )}
        <Switch label="Send alerts" {...form.getInputProps('enabled', { type: 'checkbox' })} />
        <Select
          label="Through"
          placeholder="Choose a connector"
          data={connectors.map(({ id, name }) => ({ value: id, label: name }))}
          {...form.getInputProps('connector_id')}
        />
        {chosen && !chosen.enabled && <Notice>{chosen.name} is disabled, so alerts through it fail.</Notice>}
        <Checkbox
          label="New groups"
          description="Groups that browsers never reported before. Groups from before you turned alerts on don’t count as new."
          {...form.getInputProps('new_groups', { type: 'checkbox' })}
        />
        <div>
          <Checkbox
            label="Spikes"
            description="Hours with far more reports of a group than the same hour on previous days."
            {...form.getInputProps('spikes', { type: 'checkbox' })}
          />
          {spikes && (
            <div className={classes.numbers}>
              <NumberField label="Times the usual" rule={FACTOR} {...form.getInputProps('spike_factor')} />
              <NumberField
                label="Reports, at least"
                rule={MINIMUM}
                thousandSeparator=","
                {...form.getInputProps('spike_minimum')}
              />
            </div>
          )}
        </div>
        <TextInput
          type="datetime-local"
          label="Quiet until"
          description="No alerts are sent until this time, and none are sent later for groups that are new before then. Leave empty to send alerts now."
          classNames={{ input: classes.time ?? '' }}
          {...form.getInputProps('quiet_until')}
        />
        <Group gap="sm">
          <Button type="submit" loading={busy} disabled={!isChanged}>
            Save
          </Button>
          <AlertTest connectorId={connector_id} />
          <EditOutdated edit={edit} />
        </Group>
      </Stack>
    </form>
  );
}

/** Sends a test alert through the selected connector, even if it isn't saved yet, and shows the result. */
function AlertTest({ connectorId }: { connectorId: string | null }) {
  const cache = api.useUtils();
  const test = api.csp.alerts.test.useMutation({ onSuccess: () => void cache.connectors.invalidate() });
  const { data: result, error, variables } = test;
  const isOfThis = variables?.connector_id === connectorId;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconSend size={16} />}
        disabled={connectorId === null}
        loading={test.isPending}
        onClick={() => connectorId && test.mutate({ connector_id: connectorId })}
      >
        Send a test
      </Button>
      <div className={classes.answer} role="status" aria-live="polite">
        {isOfThis && error && <span>{failureMessage(error)}</span>}
        {isOfThis && result && connectorId && (
          <>
            <SendOutcome ok={result.ok} status={result.status} code={result.ok ? null : result.error.code} />
            {!result.ok && <div className={classes.why}>{result.error.message}</div>}
            <div>
              <Anchor component={IntentLink} href={paths.connector(connectorId, 'history')}>
                View request and response
              </Anchor>
            </div>
          </>
        )}
      </div>
    </>
  );
}
