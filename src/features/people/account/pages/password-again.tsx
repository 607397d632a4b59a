'use client';

import { PasswordInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactNode } from 'react';
import { postAuth } from '#features/people/auth/pages/post-auth.ts';
import { FormActions } from '#ui/forms/form-actions.tsx';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { Refused } from '#ui/page/failure-message.ts';
import { Notice } from '#ui/page/notice.tsx';

type Props = {
  /** What will happen. */
  children: ReactNode;
  /** The route of the sign-in library to which the password is sent. */
  path: string;
  label: string;
  danger?: boolean;
  onCancel: () => void;
  onDone: (body: Record<string, unknown>) => void;
};

/** Asks for the password before a change that weakens or replaces the second factor. */
export function PasswordAgain({ children, path, label, danger = false, onCancel, onDone }: Props) {
  const form = useForm({
    initialValues: { password: '' },
    validate: { password: (password) => (password ? null : 'Enter your password.') },
  });
  const { message, busy, submit } = useFormSubmit(form, async (values) => {
    const answer = await postAuth(path, values);
    if (!answer.ok) throw new Refused(answer.message, answer.issues);
    onDone(answer.body);
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {message && <Notice tone="failure">{message}</Notice>}
        <Text>{children}</Text>
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          data-autofocus
          {...form.getInputProps('password')}
        />
        <FormActions busy={busy} onCancel={onCancel} danger={danger}>
          {label}
        </FormActions>
      </Stack>
    </form>
  );
}
