'use client';

import type { UseFormReturnType } from '@mantine/form';
import { type FormEvent, useState } from 'react';
import { failureMessage, type RefusedCall } from '#ui/page/failure-message.ts';
import { fieldErrors } from './form-issues.ts';

/**
 * Submits a form once its own rules are met. A refusal is shown beside the fields that it names, and in `message` if no
 * field can show it. Whichever side finds the mistake, the first wrong field gets the focus.
 * @param send rejects with the server's response
 */
export function useFormSubmit<Values extends Record<string, unknown>>(
  form: UseFormReturnType<Values>,
  send: (values: Values) => Promise<unknown>,
) {
  const [message, setMessage] = useState<string>();
  const [busy, setBusy] = useState(false);
  const focusFirst = (errors: Record<string, unknown>) => form.getInputNode(Object.keys(errors)[0] ?? '')?.focus();

  const showRefusal = (refused: RefusedCall) => {
    const { errors, others } = fieldErrors(refused.data?.issues ?? [], leafNames(form.getValues()));
    const hasFieldErrors = Object.keys(errors).length > 0;
    form.setErrors(errors);
    setMessage(hasFieldErrors ? others.join(' ') || undefined : failureMessage(refused));
    focusFirst(errors);
  };

  const sendNow = async (values: Values) => {
    setMessage(undefined);
    setBusy(true);
    try {
      await send(values);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      showRefusal(error);
    } finally {
      setBusy(false);
    }
  };

  const submit: (event?: FormEvent<HTMLFormElement>) => void = form.onSubmit(
    (values) => void sendNow(values),
    focusFirst,
  );
  return { message, busy, submit };
}

/** The names of a form's fields as its inputs are called: `name`, `config.webhook_url`. */
export function leafNames(values: Record<string, unknown>, prefix = ''): string[] {
  return Object.entries(values).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? leafNames(value as Record<string, unknown>, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  );
}
