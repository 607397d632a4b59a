'use client';

import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api } from '#client/console-api.ts';
import { Notice } from '#ui/notice.tsx';
import { toastDone } from '#ui/toast.tsx';
import { useFormSubmit } from '#ui/use-form-submit.ts';
import { NoisePreview } from './noise-preview.tsx';
import { type RuleValues, ruleErrors, ruleParts } from './noise-rule-values.ts';

type Props = { id: string | undefined; initialValues: RuleValues; onDone: () => void };

const LIST = { autosize: true, minRows: 2, maxRows: 8, spellCheck: false, autoComplete: 'off' };

/** Makes or changes a rule, and shows meanwhile what it would hide. */
export function NoiseRuleForm({ id, initialValues, onDone }: Props) {
  const cache = api.useUtils();
  const create = api.csp.noiseRules.create.useMutation();
  const update = api.csp.noiseRules.update.useMutation();
  const form = useForm({ initialValues, validate: ruleErrors });
  const { message, busy, submit } = useFormSubmit(form, async (values) => {
    const rule = { name: values.name, reason: values.reason, ...ruleParts(values) };
    const saved = await (id ? update.mutateAsync({ id, ...rule }) : create.mutateAsync(rule));
    await cache.csp.invalidate();
    toastDone(`${saved.name} is saved. It labels what came before it, too.`);
    onDone();
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        {message && <Notice tone="failure">{message}</Notice>}
        <TextInput
          label="Name"
          placeholder="Tag manager of the old shop"
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('name')}
        />
        <TextInput
          label="Reason"
          description="In words, for whoever reads such a violation."
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
        </Group>
      </Stack>
    </form>
  );
}
