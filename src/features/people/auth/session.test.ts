import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { sessionRouter } from './router.ts';

let platform: OpenPlatform;
let first: TestOrganization;
let second: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
  first = await createTestOrganization(platform);
  second = await createTestOrganization(platform);
});
afterAll(() => platform.close());

const sessionIn = ({ id }: TestOrganization) =>
  sessionRouter
    .createCaller({
      platform,
      caller: { kind: 'user', id: 'u', name: 'U', email: 'u@example.com', organization_id: id, role: 'member' },
      ip: null,
      user_agent: null,
      host: null,
    })
    .get();

test('CSP reports are for members of the first organization to see', async () => {
  expect(await sessionIn(first)).toMatchObject({ role: 'member', sees_csp_reports: true });
  expect(await sessionIn(second)).toMatchObject({ role: 'member', sees_csp_reports: false });
});
