import { expect, test } from 'vitest';
import { configErrors, readValues, shownValues } from './field-values.ts';
import type { FieldInfo } from './use-connector-types.ts';

const field = (name: string, more: Partial<FieldInfo> = {}): FieldInfo => ({
  name,
  label: name,
  help: '',
  kind: 'text',
  secret: false,
  required: true,
  ...more,
});

const url = field('url', { kind: 'url', secret: true });
const metadata = field('metadata', { kind: 'json', required: false });

test('what is typed is sent as the API takes it: JSON as its value, addresses without spaces, empty options not at all', () => {
  const typed = { url: ' https://n8n.example.com/x ', metadata: '{"id": 1}', note: '' };
  expect(readValues([url, metadata, field('note', { required: false })], typed)).toEqual({
    values: { url: 'https://n8n.example.com/x', metadata: { id: 1 } },
    errors: {},
  });
});

test('a required field that is empty is an error, under the name that the form gives it', () => {
  expect(configErrors(readValues([url], { url: '  ' }).errors)).toEqual({ 'config.url': 'url is required.' });
});

test('an edited connector keeps a secret that is left empty', () => {
  const fields = [url, field('from')];
  const shown = shownValues(fields, { url: 'https://n8n.example.com/••••••', from: '+49' });
  expect(shown).toEqual({ url: '', from: '+49' });
  expect(readValues(fields, shown, 'keep secrets')).toEqual({ values: { from: '+49' }, errors: {} });
});

test('an edited connector loses an option that was emptied', () => {
  const fields = [url, field('region', { required: false })];
  expect(readValues(fields, { url: '', region: ' ' }, 'keep secrets')).toEqual({
    values: { region: null },
    errors: {},
  });
});

test('an edited connector loses an optional secret that was removed', () => {
  const fields = [field('token', { secret: true, required: false }), field('key', { secret: true, required: false })];
  expect(readValues(fields, { token: '', key: '' }, 'keep secrets', { token: true })).toEqual({
    values: { token: null },
    errors: {},
  });
});

test('text that is not JSON is told where it is wrong', () => {
  expect(readValues([metadata], { metadata: '{"id": }' }).errors.metadata).toMatch(
    /^This is not JSON: Unexpected token/,
  );
});
