'use client';

import { NumberInput, type NumberInputProps } from '@mantine/core';
import type { NumberRule } from './number-values.ts';

type Props = Omit<NumberInputProps, 'min' | 'max' | 'allowDecimal' | 'allowNegative'> & { rule: NumberRule };

/**
 * A field for a number. Left empty it is the default that it shows as its placeholder, or what the placeholder says;
 * where the rule has neither, `numberFault` asks for a number.
 */
export function NumberField({ rule: { least, most, fractions = false, whenEmpty }, placeholder, ...input }: Props) {
  return (
    <NumberInput
      {...input}
      placeholder={placeholder ?? (typeof whenEmpty === 'number' ? whenEmpty.toLocaleString('en') : undefined)}
      min={least}
      max={most}
      allowDecimal={fractions}
      allowNegative={least < 0}
    />
  );
}
