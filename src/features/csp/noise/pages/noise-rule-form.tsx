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

/** Makes or changes a rule, and shows meanwhile what it would hide. */
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
      toastDone(savedSentence(`${name} is saved. It labels what came before it, too.`, others, LABELS));
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
          description="A description for people who read such a violation."
          placeholder="The old shop loads this until it is switched off."
          autoComplete="off"
          {...form.getInputProps('reason')}
        />
        <Textarea
          label="Hosts"
          description="Of what was blocked or of the script that asked for it, one a line. What is below them is included."
          placeholder="tags.example.com"
          {...LIST}
          {...form.getInputProps('hosts')}
        />
        <Textarea
          label="Schemes"
          description="Of what was blocked, of the script or of the page, one a line."
          placeholder="acme-desktop"
          {...LIST}
          {...form.getInputProps('schemes')}
        />
        <Textarea
          label="Pieces of code"
          description="In the code that was blocked or in its file’s name, one a line. Any one of hosts, schemes and code is enough."
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
