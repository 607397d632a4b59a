import { expect, test } from 'vitest';
import { fieldErrors } from './form-issues.ts';

const fields = ['name', 'config.webhook_url', 'metadata'];

test('an issue is shown at the field that it names, however deep inside the field it lies', () => {
  const issues = [
    { path: ['config', 'webhook_url'], message: 'Must be a complete URL.' },
    { path: ['metadata', 'customer', 'id'], message: 'Too long.' },
  ];
  expect(fieldErrors(issues, fields)).toEqual({
    errors: { 'config.webhook_url': 'Must be a complete URL.', metadata: 'Too long.' },
    others: [],
  });
});

test('of two issues of one field the first is shown', () => {
  const issues = [
    { path: ['name'], message: 'Enter a name.' },
    { path: ['name'], message: 'Too short.' },
  ];
  expect(fieldErrors(issues, fields).errors).toEqual({ name: 'Enter a name.' });
});

test('an issue that no field can show is told with its place', () => {
  const issues = [
    { path: ['config', 'colour'], message: 'Unknown field.' },
    { path: [], message: 'Nothing to do.' },
  ];
  expect(fieldErrors(issues, fields)).toEqual({
    errors: {},
    others: ['config.colour: Unknown field.', 'Nothing to do.'],
  });
});
