'use client';

import type { UseFormReturnType } from '@mantine/form';
import { useState } from 'react';
import { failureMessage, type RefusedCall } from './failure-message.ts';
import { fieldErrors } from './form-issues.ts';

/**
 * Runs what a form submits and shows its refusal: beside the fields it names (the first of them gets the focus), and
 * in `message` where no field can show it.
 */
export function useFormFailure<Values extends Record<string, unknown>>(form: UseFormReturnType<Values>) {
  const [message, setMessage] = useState<string>();

  const show = async (submit: () => Promise<unknown>): Promise<void> => {
    setMessage(undefined);
    try {
      await submit();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const refused: RefusedCall = error;
      const { errors, others } = fieldErrors(refused.data?.issues ?? [], leafNames(form.getValues()));
      const [first] = Object.keys(errors);
      form.setErrors(errors);
      setMessage(first === undefined ? failureMessage(refused) : others.join(' ') || undefined);
      if (first !== undefined) form.getInputNode(first)?.focus();
    }
  };

  return { message, show };
}

/** The names of a form's fields as its inputs are called: `name`, `config.webhook_url`. */
function leafNames(values: Record<string, unknown>, prefix = ''): string[] {
  return Object.entries(values).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? leafNames(value as Record<string, unknown>, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  );
}
