'use client';

import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { api } from '#client/console-api.ts';
import { EditConflict, EditOutdated, savedSentence } from '#ui/forms/edit-conflict.tsx';
import { changedOf, useEditForm } from '#ui/forms/use-edit-form.ts';
import { Notice } from '#ui/page/notice.tsx';
import { toastDone } from '#ui/page/toast.tsx';
import { NoisePreview } from './noise-preview.tsx';
import type { NoiseRule } from './noise-rule-values.ts';
import { type RuleValues, ruleErrors, ruleParts, ruleValues } from './noise-rule-values.ts';

type Props = { rule: NoiseRule | undefined; empty: RuleValues; onDone: () => void };

const LIST = { autosize: true, minRows: 2, maxRows: 8, spellCheck: false, autoComplete: 'off' };
const LABELS = { name: 'Name', reason: 'Reason', hosts: 'Hosts', schemes: 'Schemes', samples: 'Pieces of code' };

/** Creates or edits a rule, and previews what it would hide. */
export function NoiseRuleForm({ rule, empty, onDone }: Props) {
  const cache = api.useUtils();
  const create = api.csp.noiseRules.create.useMutation();
  const update = api.csp.noiseRules.update.useMutation();
  const edit = useEditForm<RuleValues, NoiseRule>({
    thing: rule,
    empty,
    valuesOf: ruleValues,
    validate: ruleErrors,
    save(values, change) {
      const given = { name: values.name, reason: values.reason, ...ruleParts(values) };
      return rule && change
        ? update.mutateAsync({ id: rule.id, ...changedOf(given, change), version: change.version })
        : create.mutateAsync(given);
    },
    async onSaved({ name }, others) {
      await cache.csp.invalidate();
      toastDone(savedSentence(`${name} is saved. It also applies to earlier reports.`, others, LABELS));
      onDone();
    },
    onCurrent: () => void cache.csp.noiseRules.list.invalidate(),
  });
  const { form, message, busy, submit } = edit;
  const id = rule?.id;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        {message && <Notice tone="failure">{message}</Notice>}
        <EditConflict edit={edit} labels={LABELS} />
        <TextInput
          label="Name"
          placeholder="Tag manager of the old shop"
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('name')}
        />
        <TextInput
          label="Reason"
          description="Shown to people who look at a matching violation."
          placeholder="The old shop loads this until it is shut down."
          autoComplete="off"
          {...form.getInputProps('reason')}
        />
        <Textarea
          label="Hosts"
          description="Hosts of the blocked resource or of the script that requested it, one per line. Subdomains are included."
          placeholder="tags.example.com"
          {...LIST}
          {...form.getInputProps('hosts')}
        />
        <Textarea
          label="Schemes"
          description="Schemes of the blocked resource, the script, or the page, one per line."
          placeholder="acme-desktop"
          {...LIST}
          {...form.getInputProps('schemes')}
        />
        <Textarea
          label="Pieces of code"
          description="Text in the blocked code or in its file name, one per line. A report matches if any host, scheme, or piece of code matches."
          placeholder="__acmeWidget"
          {...LIST}
          {...form.getInputProps('samples')}
        />
        <NoisePreview values={form.values} insteadOf={id} />
        <Group gap="sm">
          <Button type="submit" loading={busy}>
            {id ? 'Save rule' : 'Create rule'}
          </Button>
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <EditOutdated edit={edit} />
        </Group>
      </Stack>
    </form>
  );
}
