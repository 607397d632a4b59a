import { expect, test } from 'vitest';
import { receiveReports } from '#features/csp/receive/receive-reports.ts';
import { createCspConsole } from '#testing/csp/console.ts';
import { readLogFiles } from '#testing/log-files.ts';
import { until } from '#testing/until.ts';
import { createNoiseRule } from './create-noise-rule.ts';
import { deleteNoiseRule } from './delete-noise-rule.ts';
import { followOwnNoiseRules } from './follow-noise-rules.ts';
import { noiseRuleInput, ownRuleIdSchema } from './noise-rule-schema.ts';
import type { OwnNoiseRule } from './own-noise-rules.ts';

const input = noiseRuleInput.parse({ name: 'Old shop', reason: 'It goes.', hosts: ['tags.example'] });

test('a writer learns the rules that are there, each change of them, and nothing twice', async () => {
  const { platform, organization, close } = await createCspConsole();
  const rule = await createNoiseRule(organization.scope(), input);
  const told: (readonly OwnNoiseRule[])[] = [];
  followOwnNoiseRules(platform, (rules) => told.push(rules), 5);
  await until('the rule is told', () => told.length === 1);
  await deleteNoiseRule(organization.scope(), ownRuleIdSchema.parse(rule.id));
  await until('its end is told', () => told.length === 2);
  expect(told).toEqual([[{ id: rule.id, reason: 'It goes.', hosts: ['tags.example'] }], []]);
  await close();
});

test('what cannot be read for a while stays as it is', async () => {
  const { platform, organization, close } = await createCspConsole();
  const told: (readonly OwnNoiseRule[])[] = [];
  await platform.pool.query('alter table csp_noise_rule rename to away');
  followOwnNoiseRules(platform, (rules) => told.push(rules), 5);
  await until('a look has failed', async () => {
    const { rows } = await platform.pool.query(
      'select 1 from pg_stat_database where datname = current_database() and xact_rollback > 0',
    );
    return rows.length > 0;
  });
  await platform.pool.query('alter table away rename to csp_noise_rule');
  await createNoiseRule(organization.scope(), input);
  await until('the rule is told', () => told.length === 1);
  await close();
});

test('what browsers send a little after a rule was made is labelled by it, without a restart', async () => {
  const { platform, organization, logDir, close } = await createCspConsole();
  const send = async () => {
    const head = { method: 'POST', disposition: null, userAgent: '', forwardedFor: null, contentLength: null };
    const body = receiveReports(platform, head, () => {});
    body?.add(Buffer.from(JSON.stringify({ 'csp-report': { 'blocked-uri': 'https://a.tags.example/x.js' } })));
    body?.end();
    await platform.cspLog.flush();
    return readLogFiles(logDir).at(-1)?.csp?.noise;
  };
  expect(await send()).toBeNull();
  const rule = await createNoiseRule(organization.scope(), input);
  await until('the label is written', async () => (await send()) === rule.id);
  await close();
});
