'use client';

import { ActionIcon, Autocomplete, Button, Fieldset, Group, Select, Stack, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconPlus, IconX } from '@tabler/icons-react';
import classes from './mapping.module.css';
import { type MappingValues, TEST_OPTIONS } from './mapping-values.ts';

type Props = { form: UseFormReturnType<MappingValues>; columns: string[] };

/** The conditions of a mapping. All of them must be true for a change. */
export function MappingConditions({ form, columns }: Props) {
  return (
    <Fieldset legend="Only when" variant="unstyled">
      <Stack gap="xs">
        {form.values.conditions.map(({ test }, index) => (
          // Conditions have no id and keep their order.
          <Group key={index} gap="xs" align="flex-start" className={classes.condition ?? ''}>
            <Autocomplete
              aria-label={`Column of condition ${index + 1}`}
              placeholder="column"
              data={columns}
              {...form.getInputProps(`conditions.${index}.column`)}
            />
            <Select
              aria-label={`Test of condition ${index + 1}`}
              data={TEST_OPTIONS}
              allowDeselect={false}
              {...form.getInputProps(`conditions.${index}.test`)}
            />
            {test !== 'changes' && (
              <TextInput
                aria-label={`Value of condition ${index + 1}`}
                placeholder="NULL"
                {...form.getInputProps(`conditions.${index}.value`)}
              />
            )}
            <ActionIcon
              variant="subtle"
              color="gray"
              mt={4}
              aria-label={`Remove condition ${index + 1}`}
              onClick={() => form.removeListItem('conditions', index)}
            >
              <IconX size={16} />
            </ActionIcon>
          </Group>
        ))}
        <Group>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} />}
            onClick={() => form.insertListItem('conditions', { column: '', test: 'becomes', value: '' })}
          >
            Add condition
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}
