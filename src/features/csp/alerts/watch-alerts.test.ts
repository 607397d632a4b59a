import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listSends } from '#features/connectors/list-sends.ts';
import { updateConnector } from '#features/connectors/update-connector.ts';
import { muteGroup } from '#features/csp/groups/mute-group.ts';
import { createNoiseRule } from '#features/csp/noise/create-noise-rule.ts';
import { noiseRuleInput } from '#features/csp/noise/noise-rule-schema.ts';
import { readSeenGroups } from '#features/csp/receive/seen-groups.ts';
import { openCspLog } from '#platform/log-files/csp-log.ts';
import { openPlatform } from '#platform/open-platform.ts';
import { createCspConsole, reporter } from '#testing/csp/console.ts';
import { json, text } from '#testing/receiver-answers.ts';
import { type Receiver, startReceiver } from '#testing/receivers.ts';
import { listAlerts } from './list-alerts.ts';
import { updateAlertSettings } from './update-alert-settings.ts';
import { createAlertWatch } from './watch-alerts.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
/** The middle of an hour of today: alerts are on since its morning. */
const NOW = new Date(`${new Date().toISOString().slice(0, 10)}T12:30:00.000Z`);
const MORNING = new Date(NOW.getTime() - 4 * HOUR);
const ago = (ms: number) => new Date(NOW.getTime() - ms);
const MINUTE = 60_000;

let console_: Awaited<ReturnType<typeof createCspConsole>>;
let receiver: Receiver;
let connectorId: string;
beforeEach(async () => {
  console_ = await createCspConsole({ PUBLIC_URL: 'https://console.example.com' });
  receiver = await startReceiver();
  connectorId = await console_.organization.connectorId(`${receiver.url}/webhook/abc123`);
});
afterEach(async () => {
  await receiver.close();
  await console_.close();
});

/** Switches alerts on, as of this morning. */
async function switchOn(settings: Parameters<typeof updateAlertSettings>[1] = {}, since = MORNING): Promise<void> {
  const scope = console_.organization.scope();
  await updateAlertSettings(scope, { enabled: true, connector_id: connectorId, ...settings });
  await console_.platform.database.cspAlertSettings.updateMany({ data: { enabled_at: since } });
}

const check = (now = NOW) => createAlertWatch(console_.platform).check(now);
type Sent = { message: string; metadata: Record<string, unknown> };
const sent = (): Sent[] => receiver.requests.map(({ body }): Sent => JSON.parse(body));
const alerts = async () => (await listAlerts(console_.organization.scope(), { limit: 200 })).items;
const groupsSeen = async () => readSeenGroups(await console_.scope(), NOW);

describe('a new group', () => {
  test('causes an alert that says what happened, where, what it means, and where to look', async () => {
    await switchOn();
    const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0';
    await console_.report({ userAgent }, ago(2 * MINUTE), ago(MINUTE));
    expect(await check()).toBe(1);
    const [group] = await groupsSeen();
    const url = `https://console.example.com/csp/groups/${group?.id}`;
    expect(sent()).toEqual([
      {
        message: [
          'New CSP violation: Blocked script-src-elem from cdn.example.com. 2 reports so far.',
          'The browser blocked a script from cdn.example.com, because of script-src-elem. Its functionality is missing from the page.',
          'The newest is from shop.example/checkout in Firefox 153.',
          url,
        ].join('\n'),
        metadata: expect.objectContaining({ reason: 'new', group: group?.id, blocked_host: 'cdn.example.com', url }),
      },
    ]);
  });

  test('causes one alert a day, even if two processes check at the same time', async () => {
    await switchOn();
    const other = await openPlatform(
      console_.platform.config,
      console_.platform.log,
      console_.platform.config.databaseUrl ?? '',
    );
    const watches = [createAlertWatch(console_.platform), createAlertWatch(other)];
    for (const host of ['a.example', 'b.example', 'c.example'])
      await console_.report({ blocked: `https://${host}/` }, ago(MINUTE));
    for (const at of [0, 1, 2]) await Promise.all(watches.map((watch) => watch.check(new Date(NOW.getTime() + at))));
    await other.close();
    expect(sent().map(({ metadata }) => metadata.blocked_host)).toHaveLength(3);
    expect(new Set(sent().map(({ metadata }) => metadata.blocked_host)).size).toBe(3);
    expect(await alerts()).toHaveLength(3);
  });

  test('causes no alert if it was there before alerts were turned on', async () => {
    await console_.report({}, ago(3 * DAY), ago(MINUTE));
    await switchOn();
    await console_.report({ blocked: 'https://new.example/' }, ago(MINUTE));
    expect(await check()).toBe(1);
    expect(sent()).toMatchObject([{ metadata: { blocked_host: 'new.example' } }]);
  });

  test('is not new again when its first lines have left the log stream', async () => {
    const { config, log } = console_.platform;
    await switchOn({}, ago(2 * DAY));
    const cspLog = openCspLog(config, log);
    const yesterday = ago(DAY + HOUR);
    const reportEarlier = reporter({ cspLog });
    await reportEarlier({}, ago(3 * DAY));
    await reportEarlier({ blocked: 'https://new.example/' }, yesterday);
    expect(await check(yesterday)).toBe(1);
    await cspLog.close();
    for (const file of await readdir(console_.logDir)) await rm(join(console_.logDir, file));
    await console_.report({}, ago(MINUTE));
    await console_.report({ blocked: 'https://new.example/' }, ago(MINUTE));
    expect(await groupsSeen()).toHaveLength(2);
    expect(await check()).toBe(0);
    expect(sent()).toHaveLength(1);
  });

  test('causes no alert if it is noise by a built-in or a custom rule', async () => {
    await switchOn();
    const rule = { name: 'Old shop', reason: 'Goes.', hosts: ['tags.example'] };
    await createNoiseRule(console_.organization.scope(), noiseRuleInput.parse(rule));
    await console_.report({ blocked: 'moz-extension://x/y.js' }, ago(MINUTE));
    await console_.report({ blocked: 'https://a.tags.example/' }, ago(MINUTE));
    expect(await check()).toBe(0);
    expect(sent()).toEqual([]);
  });

  test('causes no alert if its code makes it noise, even if a line that counts several reports lacks the code', async () => {
    await switchOn();
    const rule = { name: 'Widget', reason: 'Goes.', samples: ['__acmeWidget'] };
    await createNoiseRule(console_.organization.scope(), noiseRuleInput.parse(rule));
    await console_.report({ blocked: 'inline', sample: 'window.__acmeWidget = {}' }, ago(MINUTE));
    const [group] = await groupsSeen();
    const { id, directive, blocked_kind, blocked_host } = group ?? {};
    const csp = { disposition: 'enforce', directive, blocked_kind, blocked_host, noise: null, group: id };
    console_.platform.cspLog.summarize(ago(MINUTE).getTime(), { suppressed: 9, csp }, '9 more in this minute: Blocked');
    await console_.platform.cspLog.flush();
    expect(await check()).toBe(0);
  });

  test('causes no alert while it is muted, and does not count as new when it is unmuted', async () => {
    await switchOn();
    await console_.report({}, ago(MINUTE));
    const [group] = await groupsSeen();
    await muteGroup(await console_.scope(), { id: group?.id ?? '', note: '' });
    expect(await check()).toBe(0);
    await console_.platform.database.cspMute.deleteMany();
    expect(await check()).toBe(0);
    expect(sent()).toEqual([]);
  });

  test('causes no alert during quiet time, nor after it', async () => {
    await switchOn({ quiet_until: new Date(NOW.getTime() + HOUR) });
    await console_.report({}, ago(MINUTE));
    expect(await check()).toBe(0);
    expect(await check(new Date(NOW.getTime() + HOUR + MINUTE))).toBe(0);
    await console_.report({ blocked: 'https://later.example/' }, new Date(NOW.getTime() + HOUR));
    expect(await check(new Date(NOW.getTime() + HOUR + MINUTE))).toBe(1);
  });

  test('causes no alert if alerts are on for spikes only, or off', async () => {
    await switchOn({ new_groups: false });
    await console_.report({}, ago(MINUTE));
    expect(await check()).toBe(0);
    await updateAlertSettings(console_.organization.scope(), { enabled: false, new_groups: true });
    await console_.report({ blocked: 'https://other.example/' }, ago(MINUTE));
    expect(await check()).toBe(0);
    expect(sent()).toEqual([]);
  });
});

describe('many new groups at once', () => {
  test('are five messages and one for the rest, which names twenty', async () => {
    await switchOn();
    for (let index = 0; index < 30; index += 1)
      await console_.report(
        { blocked: `https://host-${index}.example/` },
        ...Array.from({ length: 40 - index }, () => ago(MINUTE)),
      );
    expect(await check()).toBe(30);
    expect(sent()).toHaveLength(6);
    const summary = sent().find(({ metadata }) => metadata.reason === 'summary');
    expect(summary?.message.split('\n')).toMatchObject({
      0: '25 more groups of CSP violations are new or far more frequent than usual:',
      1: '• Blocked script-src-elem from host-5.example (35 reports)',
      21: '• and 5 more',
      22: 'https://console.example.com/csp',
    });
    expect((await alerts()).filter(({ summarized }) => summarized)).toHaveLength(25);
    expect(await check()).toBe(0);
  });

  test('are thirty messages in an hour and one for the rest, and what comes meanwhile causes an alert later', async () => {
    await switchOn();
    const watch = createAlertWatch(console_.platform);
    for (let minute = 0; minute < 8; minute += 1) {
      for (let host = 0; host < 5; host += 1)
        await console_.report(
          { blocked: `https://h${minute}-${host}.example/` },
          new Date(NOW.getTime() + minute * MINUTE),
        );
      await watch.check(new Date(NOW.getTime() + minute * MINUTE));
    }
    expect(sent()).toHaveLength(30);
    expect(await watch.check(new Date(NOW.getTime() + HOUR + 6 * MINUTE))).toBe(10);
    expect(sent()).toHaveLength(36);
  });
});

describe('a spike', () => {
  const everyDay = (times: number) =>
    Array.from({ length: 5 }, (_, day) => Array.from({ length: times }, () => ago((day + 1) * DAY))).flat();

  test('causes one alert a day, which says what is usual', async () => {
    await console_.report({}, ...everyDay(4));
    await switchOn({ spike_factor: 5, spike_minimum: 20 });
    expect(await check()).toBe(0);
    await console_.report({}, ...Array.from({ length: 19 }, () => ago(MINUTE)));
    expect(await check()).toBe(0);
    await console_.report({}, ago(MINUTE));
    expect(await check()).toBe(1);
    expect(await check()).toBe(0);
    expect(sent()).toMatchObject([
      {
        message: expect.stringContaining('20 reports this hour (usually about 4).'),
        metadata: { reason: 'spike', count: 20, usual: 4 },
      },
    ]);
    expect(await alerts()).toMatchObject([{ reason: 'spike', count: 20, usual: 4, state: 'sent' }]);
  });

  test('that already caused an alert leaves its place among the five to a new group', async () => {
    const hosts = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ blocked: `https://${name}.example/` }));
    for (const host of hosts) await console_.report(host, ...everyDay(1));
    await switchOn({ spike_minimum: 10 });
    for (const host of hosts) await console_.report(host, ...Array.from({ length: 10 }, () => ago(MINUTE)));
    expect(await check()).toBe(5);
    await console_.report({}, ago(MINUTE));
    expect(await check()).toBe(1);
    expect(sent().map(({ metadata }) => metadata.reason)).toEqual([...hosts.map(() => 'spike'), 'new']);
  });

  test('counts the reports that were only counted', async () => {
    await console_.report({}, ...everyDay(1));
    await switchOn({ spike_minimum: 500 });
    const [group] = await readSeenGroups(await console_.scope(), ago(DAY));
    await console_.report({}, ago(MINUTE));
    const { id, directive, blocked_kind, blocked_host } = group ?? {};
    const csp = { disposition: 'enforce', directive, blocked_kind, blocked_host, noise: null, group: id };
    console_.platform.cspLog.summarize(
      ago(MINUTE).getTime(),
      { suppressed: 499, csp },
      '499 more in this minute: Blocked',
    );
    await console_.platform.cspLog.flush();
    expect(await check()).toBe(1);
    expect(sent()).toMatchObject([{ metadata: { reason: 'spike', count: 500, usual: 1 } }]);
  });

  test('is none while nobody knows what is usual', async () => {
    await console_.report({}, ago(2 * DAY), ago(DAY));
    await switchOn({ spike_minimum: 10 });
    await console_.report({}, ...Array.from({ length: 50 }, () => ago(MINUTE)));
    expect(await check()).toBe(0);
  });

  test('causes no alert if the reports are noise, the group is muted, or alerts are off for spikes', async () => {
    await switchOn({ spike_minimum: 10, spikes: false });
    await console_.report({}, ...everyDay(1), ...Array.from({ length: 50 }, () => ago(MINUTE)));
    expect(await check()).toBe(0);
    await updateAlertSettings(console_.organization.scope(), { spikes: true });
    const [group] = await groupsSeen();
    await muteGroup(await console_.scope(), { id: group?.id ?? '', note: '' });
    expect(await check()).toBe(0);
    await console_.platform.database.cspMute.deleteMany();
    const rule = { name: 'CDN', reason: 'Ours.', hosts: ['example.com'] };
    await createNoiseRule(console_.organization.scope(), noiseRuleInput.parse(rule));
    expect(await check()).toBe(0);
    await console_.platform.database.cspNoiseRule.deleteMany();
    expect(await check()).toBe(1);
  });
});

describe('what came of an alert', () => {
  test('is in the log of sends, as the console’s own', async () => {
    await switchOn();
    await console_.report({}, ago(MINUTE));
    await check();
    expect((await listSends(console_.organization.scope(), { id: connectorId, limit: 10 })).items).toMatchObject([
      { source: 'alert', ok: true, actor: { type: 'system', name: 'CSP alerts' } },
    ]);
    expect(await alerts()).toMatchObject([{ state: 'sent', error_message: null, connector_id: connectorId }]);
  });

  test('is known when the receiver refuses it, and it is not sent again', async () => {
    receiver.answerWith(text('no', 500));
    await switchOn();
    await console_.report({}, ago(MINUTE));
    expect(await check()).toBe(1);
    expect(await check()).toBe(0);
    expect(sent()).toHaveLength(1);
    expect(await alerts()).toMatchObject([{ state: 'failed', error_message: expect.stringContaining('answered 500') }]);
  });

  test('is known when the connector is disabled', async () => {
    await switchOn();
    await updateConnector(console_.organization.scope(), { id: connectorId, enabled: false });
    await console_.report({}, ago(MINUTE));
    expect(await check()).toBe(1);
    expect(sent()).toEqual([]);
    expect(await alerts()).toMatchObject([{ state: 'failed', error_message: expect.stringContaining('is disabled') }]);
  });

  test('is not known when the process ended while it sent', async () => {
    await switchOn();
    receiver.answerWith(json({}));
    await console_.report({}, ago(MINUTE));
    await check();
    const stuck = { state: 'sending', claimed_at: new Date(Date.now() - 10 * MINUTE) };
    await console_.platform.database.cspAlert.updateMany({ data: stuck });
    expect(await alerts()).toMatchObject([{ state: 'interrupted' }]);
  });
});

describe('an alert whose process was killed while it sent', () => {
  /** As a killed process leaves it: claimed, with an unknown result. */
  async function kill(attempts: number) {
    const { database } = console_.platform;
    const [first] = await database.cspAlert.findMany({ orderBy: { id: 'asc' } });
    const data = { state: 'sending', attempts, claimed_at: new Date(Date.now() - 10 * MINUTE), message };
    await database.cspAlert.update({ where: { id: first?.id ?? '' }, data });
  }
  const message = { text: 'New CSP violation: kept', metadata: { source: 'csp', reason: 'new' } };

  test('is taken over by one other process, which sends what was to be said', async () => {
    await switchOn();
    await console_.report({}, ago(MINUTE));
    await check();
    await kill(1);
    const { config, log } = console_.platform;
    const other = await openPlatform(config, log, config.databaseUrl ?? '');
    await Promise.all([check(), createAlertWatch(other).check(NOW)]);
    await other.close();
    expect(sent().map(({ message: said }) => said)).toEqual([expect.any(String), message.text]);
    expect(await alerts()).toMatchObject([{ state: 'sent' }]);
    expect(await console_.platform.database.cspAlert.findMany()).toMatchObject([{ attempts: 2, message: null }]);
  });

  test('is sent once more at most, and said to have failed then', async () => {
    await switchOn();
    await console_.report({}, ago(MINUTE));
    await check();
    await kill(2);
    await check();
    expect(sent()).toHaveLength(1);
    expect(await alerts()).toMatchObject([
      { state: 'failed', error_message: expect.stringContaining('stopped twice while sending this') },
    ]);
  });

  test('is left alone while its process may still be sending', async () => {
    await switchOn();
    await console_.report({}, ago(MINUTE));
    await check();
    await kill(1);
    await console_.platform.database.cspAlert.updateMany({ data: { claimed_at: new Date() } });
    await check();
    expect(sent()).toHaveLength(1);
    expect(await alerts()).toMatchObject([{ state: 'sending' }]);
  });

  test('has what was to be said in its row before anything is sent', async () => {
    await switchOn();
    let stored: unknown[] = [];
    const rows = () => console_.platform.database.cspAlert.findMany({ select: { state: true, message: true } });
    const answer = async (response: { end(body: string): void; destroy(): void }) => {
      try {
        stored = await rows();
        response.end('{}');
      } catch {
        response.destroy();
      }
    };
    receiver.answerWith((response) => void answer(response));
    await console_.report({}, ago(MINUTE));
    await check();
    expect(stored).toMatchObject([
      { state: 'sending', message: { text: expect.stringContaining('New CSP violation') } },
    ]);
  });
});

test('of two new groups in one request the one of three hours ago causes an alert and an event like the other', async () => {
  await switchOn();
  const { database } = console_.platform;
  await console_.report({ blocked: 'https://now.example/' }, ago(MINUTE));
  await console_.report({ blocked: 'https://late.example/' }, ago(3 * HOUR));
  expect(await check()).toBe(2);
  expect(new Set(sent().map(({ metadata }) => metadata.blocked_host))).toEqual(
    new Set(['now.example', 'late.example']),
  );
  const events = await database.$queryRaw`select 1 from event where event_type = 'csp.group.new'`;
  expect(events).toHaveLength(2);
  // Neither is new again.
  expect(await check(new Date(NOW.getTime() + MINUTE))).toBe(0);
  expect(await database.$queryRaw`select 1 from event where event_type = 'csp.group.new'`).toHaveLength(2);
});

test('nothing of a report becomes a mention, a link or markup of a chat', async () => {
  await switchOn();
  await console_.report(
    {
      blocked: 'https://<!channel>/',
      document: 'https://evil.example/`@here`/*now*/|click',
      directive: 'script-src<!here>',
    },
    ago(MINUTE),
  );
  await check();
  const [alert] = sent();
  expect(alert?.message.replace(String(alert.metadata.url), '')).not.toMatch(/[<>@`|*]|:\/\//);
  expect(alert?.message).toContain('evil.example');
});

describe('a group that nobody has seen before is an event', () => {
  const events = async () => {
    const rows = await console_.platform.database.event.findMany({
      where: { event_type: 'csp.group.new' },
      orderBy: { id: 'asc' },
    });
    return rows.map(({ body }) => JSON.parse(body ?? '').data);
  };

  test('once, with alerts and without, and noise is none', async () => {
    await console_.report({ blocked: 'https://first.example/a.js' }, ago(MINUTE));
    await console_.report({ blocked: 'chrome-extension://abcdefgh/x.js' }, ago(MINUTE));
    await check();
    await check(new Date(NOW.getTime() + 1));
    expect(await events()).toMatchObject([{ directive: 'script-src-elem', blocked_host: 'first.example' }]);
    await switchOn();
    await console_.report({ blocked: 'https://second.example/a.js' }, ago(MINUTE));
    await check(new Date(NOW.getTime() + 2));
    await check(new Date(NOW.getTime() + 3));
    expect((await events()).map(({ blocked_host }) => blocked_host)).toEqual(['first.example', 'second.example']);
  });
});
