'use client';

import { Checkbox, PasswordInput, Stack, Textarea, TextInput } from '@mantine/core';
import type { GetInputPropsReturnType } from '@mantine/form';
import { JsonField } from '#ui/forms/json-field.tsx';
import type { FieldInfo } from './use-connector-types.ts';

type Props = {
  field: FieldInfo;
  /** What the form gives the field's input. */
  input: GetInputPropsReturnType;
  /** The masked secret that stays when the field is left empty. */
  kept?: string | undefined;
  /** What the form gives the box that takes an optional secret away. */
  removal?: GetInputPropsReturnType;
};

/** One field of a connector's form, as its type declares it. */
export function TypedField({ removal, ...props }: Props) {
  const { field, kept } = props;
  if (!removal || kept === undefined || field.required) return <TypedInput {...props} />;
  return (
    <Stack gap="xs">
      <TypedInput {...props} />
      <Checkbox {...removal} label={`Remove the present ${field.label}`} />
    </Stack>
  );
}

function TypedInput({ field, input, kept }: Omit<Props, 'removal'>) {
  const shared = {
    ...input,
    label: field.label,
    description: helpOf(field, kept),
    placeholder: kept ?? field.placeholder,
    required: field.required && kept === undefined,
    withAsterisk: false,
    autoComplete: 'off',
    spellCheck: false,
  };
  if (field.kind === 'json') return <JsonField {...shared} value={input.value ?? ''} onChange={input.onChange} />;
  if (field.kind === 'multiline') return <Textarea {...shared} spellCheck autosize minRows={3} maxRows={12} />;
  if (field.kind === 'url') return <TextInput {...shared} type="url" inputMode="url" />;
  return field.secret ? <PasswordInput {...shared} autoComplete="new-password" /> : <TextInput {...shared} />;
}

function helpOf({ help, required }: FieldInfo, kept: string | undefined): string {
  if (kept !== undefined) return `${help} Leave it empty to keep the present one.`;
  return required ? help : `${help} Optional.`;
}
