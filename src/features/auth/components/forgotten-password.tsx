'use client';

import { Anchor, Button, Code, Collapse, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { Notice } from '#ui/notice.tsx';
import { useFormSubmit } from '#ui/use-form-submit.ts';

/** By mail where there is a mail server, else by whoever can help. */
export function ForgottenPassword({ mail }: { mail: boolean }) {
  const [shown, { toggle }] = useDisclosure(false);
  return (
    <div>
      <Anchor component="button" type="button" onClick={toggle} aria-expanded={shown}>
        Forgot your password?
      </Anchor>
      <Collapse expanded={shown}>
        {mail ? (
          <RequestForm />
        ) : (
          <p>
            An admin of your organization makes a link for a new one on the members page, or whoever runs the console
            with <Code>npm run cli -- users reset-link EMAIL</Code>
          </p>
        )}
      </Collapse>
    </div>
  );
}

function RequestForm() {
  const [asked, setAsked] = useState<string>();
  const request = api.signIn.requestReset.useMutation();
  const form = useForm({
    initialValues: { email: '' },
    validate: { email: (email) => (email.includes('@') ? null : 'Give your e-mail address.') },
  });
  const { message, busy, submit } = useFormSubmit(form, async (values) => {
    await request.mutateAsync(values);
    setAsked(values.email);
  });
  if (asked) return <Notice>If {asked} has an account, a link for a new password is on its way there.</Notice>;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" mt="md">
        {message && <Notice tone="failure">{message}</Notice>}
        <TextInput label="E-mail of your account" type="email" autoComplete="email" {...form.getInputProps('email')} />
        <Button type="submit" variant="default" loading={busy} fullWidth>
          Send a link
        </Button>
      </Stack>
    </form>
  );
}
