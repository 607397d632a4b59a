'use client';

import { type UseFormInput, useForm } from '@mantine/form';
import { useState } from 'react';
import { Refused, type RefusedCall } from '#ui/page/failure-message.ts';
import { leafNames, useFormSubmit } from './use-form-submit.ts';

type Values = Record<string, unknown>;
type Versioned = { version: string | null };

/** What a person changed of a thing, and of which version of it. */
export type Edit = { changed: readonly string[]; version: string };

type Options<Form extends Values, Thing extends Versioned> = {
  /** The thing as it is known now; undefined for one that is to be made. What is fetched later does not change the form. */
  thing: Thing | undefined;
  /** What the form of a new thing begins with. */
  empty?: Form;
  valuesOf: (thing: Thing) => Form;
  validate?: NonNullable<UseFormInput<Form>['validate']>;
  /**
   * Sends what was changed, or all of a new thing, where `edit` is null.
   * @returns the thing as it is then; rejects with what the server answered
   */
  save: (values: Form, edit: Edit | null) => Promise<Thing>;
  /** @param others what somebody else changed since the form was opened, and this change kept */
  onSaved: (saved: Thing, others: readonly string[]) => void | Promise<void>;
  /** Called when a change was refused, with the thing as it is. */
  onCurrent?: (current: Thing) => void;
  /** The fields that say something about the same value as this one. */
  partnersOf?: (name: string) => readonly string[];
};

const at = (values: unknown, name: string): unknown =>
  name.split('.').reduce<unknown>((inner, key) => (inner as Values | undefined)?.[key], values);

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const differing = (one: Values, other: Values): string[] =>
  leafNames(one).filter((name) => !isSame(at(one, name), at(other, name)));

/**
 * A form that changes a thing without undoing what others change meanwhile: it sends what was changed, with the version
 * that it was opened at. Where somebody else changed the same, nothing is saved, and the person chooses field by field.
 */
export function useEditForm<Form extends Values, Thing extends Versioned>(options: Options<Form, Thing>) {
  const { thing, empty, valuesOf, save, onSaved, onCurrent, partnersOf = () => [] } = options;
  const [opened, setOpened] = useState(thing);
  const [clashes, setClashes] = useState<readonly string[]>([]);
  const base = opened ? valuesOf(opened) : (empty as Form);
  const form = useForm<Form>({ initialValues: base, ...(options.validate && { validate: options.validate }) });
  const set = (name: string, values: Form) => form.setFieldValue(name, at(values, name) as never);

  /** Begins from another state of the thing; what was typed stays, and what both changed is to be chosen. */
  const rebase = (current: Thing, refused: readonly string[] = []) => {
    const theirs = valuesOf(current);
    const mine = form.getValues();
    const changed = differing(mine, base);
    for (const name of leafNames(theirs)) if (!changed.includes(name)) set(name, theirs);
    const both = differing(theirs, base).filter(
      (name) => changed.includes(name) && !isSame(at(mine, name), at(theirs, name)),
    );
    setOpened(current);
    setClashes([...new Set([...refused.filter((name) => leafNames(mine).includes(name)), ...both])]);
  };

  const { message, busy, submit } = useFormSubmit(form, async (values) => {
    if (clashes.length > 0) throw new Refused('Choose which values to keep first.');
    const changed = differing(values, base);
    if (opened && changed.length === 0) return onSaved(opened, []);
    const saved = await save(values, opened ? { changed, version: opened.version ?? '' } : null).catch(
      (error: unknown) => {
        const { data } = error as RefusedCall;
        if (!data?.current) throw error;
        const current = data.current as Thing;
        onCurrent?.(current);
        rebase(
          current,
          (data.issues ?? []).map(({ path }) => path.join('.')),
        );
        return null;
      },
    );
    if (!saved) return;
    if (!opened) return onSaved(saved, []);
    const after = valuesOf(saved);
    // What was typed while it was saved stays.
    for (const name of leafNames(after)) if (isSame(at(form.getValues(), name), at(values, name))) set(name, after);
    setOpened(saved);
    await onSaved(
      saved,
      differing(after, base).filter((name) => !changed.includes(name)),
    );
  });

  const settle = (name: string) => setClashes((names) => names.filter((one) => one !== name));
  return {
    form,
    message,
    busy,
    submit,
    isChanged: differing(form.getValues(), base).length > 0,
    /** The names of the fields to choose about. */
    clashes,
    theirs: (name: string): unknown => at(base, name),
    mine: (name: string): unknown => at(form.getValues(), name),
    keepMine: settle,
    takeTheirs(name: string) {
      for (const one of [name, ...partnersOf(name)]) set(one, base);
      settle(name);
    },
    /** Whether somebody else has changed the thing since the form was opened. */
    isOutdated:
      thing !== undefined &&
      opened !== undefined &&
      thing.version !== opened.version &&
      differing(valuesOf(thing), base).length > 0,
    catchUp: () => thing && rebase(thing),
  };
}

/** Of a form's input, the members whose fields were changed. */
export const changedOf = <Input extends object>(input: Input, { changed }: Edit): Partial<Input> =>
  Object.fromEntries(
    Object.entries(input).filter(([name]) => changed.some((one) => one === name || one.startsWith(`${name}.`))),
  ) as Partial<Input>;
