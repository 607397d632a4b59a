import { MASK } from '../src/core/text/mask.ts';
import { startReceiver } from '../src/testing/receivers.ts';
import { createTestOrganization, createTestUser } from '../src/testing/test-platform.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';

test('an administrator who moves a webhook to another host is told which headers go, before and after saving', async ({
  signedIn: page,
  receiver,
  rest,
}) => {
  await using second = await startReceiver();
  const made = await rest.post('/api/webhooks', {
    data: {
      event_type: 'dashboard.published',
      target_url: `${receiver.url}/hooks`,
      headers: { Authorization: 'Bearer abcdefgh' },
    },
  });
  const { id } = await made.json();
  await page.goto(`/webhooks/${id}?tab=settings`);
  const address = page.getByRole('textbox', { name: 'Receiver' });
  await expect(page.getByLabel('Headers')).toHaveValue(`Authorization: ${MASK}`);
  await address.fill(`${receiver.url}/other`);
  await expect(page.getByText('The host changes')).toBeHidden();
  await address.fill(`${second.url}/hooks`);
  await expect(page.getByText('The host changes, so the stored value of Authorization will be removed.')).toBeVisible();
  await expectNoAxeViolations(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Removed because the host changed: Authorization.')).toBeVisible();
  await expect(page.getByLabel('Headers')).toHaveValue('');

  await test.step('and who pauses it, for how long events are kept', async () => {
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await expect(page.getByText(/Each is kept for at least 90 days/)).toBeVisible();
  });
});

test('an administrator verifies the audit log, and sees when it was altered', async ({ pageOf, platform }) => {
  const organization = await createTestOrganization(platform);
  const page = await pageOf(await createTestUser(platform, organization, 'admin'));
  await page.goto('/sources/audit-log');
  const integrity = page.getByRole('region', { name: 'Integrity' });
  await integrity.getByRole('button', { name: 'Verify now' }).click();
  await expect(page.getByText(/^Verified [\d,]+ entr(y|ies)\. None was altered\.$/)).toBeVisible();
  await expect(integrity.getByText('Unaltered')).toBeVisible();
  await expect(integrity.getByRole('button', { name: 'Copy last hash' })).toBeVisible();
  await expectNoAxeViolations(page);

  // Somebody who owns the database cuts the end off.
  await platform.pool.query(
    `alter table dataintel.audit_log disable trigger user; alter table dataintel.audit_chain disable trigger user;
     create temporary table cut as select audit_id, position from dataintel.audit_chain
       where organization_id = '${organization.id}' order by position desc limit 1;
     delete from dataintel.audit_log where id in (select audit_id from cut);
     delete from dataintel.audit_chain where organization_id = '${organization.id}' and position in (select position from cut);
     drop table cut;
     alter table dataintel.audit_log enable always trigger audit_log_is_append_only;
     alter table dataintel.audit_log enable always trigger audit_log_is_chained;
     alter table dataintel.audit_chain enable always trigger audit_chain_is_append_only`,
  );
  await integrity.getByRole('button', { name: 'Verify now' }).click();
  await expect(page.getByText(/^The audit log was altered: the end was cut off or replaced/)).toBeVisible();
  await expect(integrity.getByText('Altered', { exact: true })).toBeVisible();
  await expectNoAxeViolations(page);
});
