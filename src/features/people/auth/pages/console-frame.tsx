'use client';

import { Box, Button, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import {
  IconApi,
  IconBroadcast,
  IconBuilding,
  IconDatabaseShare,
  IconKey,
  IconPlugConnected,
  IconRobot,
  IconShieldHalf,
  IconTruckDelivery,
  IconUsers,
  IconWebhook,
} from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { api } from '#client/console-api.ts';
import { useOfflineSince } from '#client/use-offline-since.ts';
import { ENDED_COOKIE } from '#core/ended.ts';
import { FormActions } from '#ui/forms/form-actions.tsx';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { leaveFor } from '#ui/page/leave-for.ts';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';
import { StateLabel } from '#ui/page/state-label.tsx';
import { toastFailed } from '#ui/page/toast.tsx';
import { AccountMenu } from '#ui/shell/account-menu.tsx';
import { Shell } from '#ui/shell/shell.tsx';
import classes from './console-frame.module.css';
import { postAuth } from './post-auth.ts';
import { useSession } from './use-session.ts';

const DESTINATIONS = [
  { href: paths.connectors, label: 'Connectors', icon: <IconPlugConnected aria-hidden /> },
  { href: paths.webhooks, label: 'Webhooks', icon: <IconWebhook aria-hidden /> },
  { href: paths.deliveries, label: 'Deliveries', icon: <IconTruckDelivery aria-hidden /> },
  { href: paths.events, label: 'Events', icon: <IconBroadcast aria-hidden /> },
  { href: paths.tools, label: 'Tools', icon: <IconRobot aria-hidden /> },
  { href: paths.csp, label: 'CSP reports', icon: <IconShieldHalf aria-hidden /> },
  { href: paths.source, label: 'Sources', icon: <IconDatabaseShare aria-hidden /> },
  { href: paths.apiKeys, label: 'API keys', icon: <IconKey aria-hidden /> },
  { href: paths.members, label: 'Members', icon: <IconUsers aria-hidden /> },
  { href: paths.organization, label: 'Organization', icon: <IconBuilding aria-hidden /> },
  { href: paths.apiDocs, label: 'API docs', icon: <IconApi aria-hidden />, plain: true },
];

/** The console's frame for the person who is signed in. */
export function ConsoleFrame({ children }: { children: ReactNode }) {
  const { user, organization, organizations, sees_csp_reports } = useSession();
  const [creating, setCreating] = useState(false);
  useSessionRenewal();
  return (
    <Shell
      destinations={DESTINATIONS.filter(({ href }) => href !== paths.csp || sees_csp_reports)}
      owner={organization.name}
      account={
        <AccountMenu
          name={user.name}
          email={user.email}
          organizations={organizations}
          organization={organization.id}
          onSwitch={(id) => void switchOrganization(id)}
          onNewOrganization={() => setCreating(true)}
          accountHref={paths.account}
          onSignOut={() => void signOut()}
        />
      }
    >
      <EndedNotice />
      <OfflineNotice />
      {children}
      <NewOrganization opened={creating} onClose={() => setCreating(false)} />
    </Shell>
  );
}

/** Ends the session and forgets everything that this tab has loaded. */
async function signOut(): Promise<void> {
  const answer = await postAuth(paths.authSignOut, {});
  if (answer.ok) return leaveFor(paths.signIn());
  toastFailed(`You are still signed in. ${answer.message}`);
}

/**
 * Requests the session from the sign-in library once per visit. The library extends a session that is older than a day, and
 * only its own response can set the cookie.
 */
function useSessionRenewal(): void {
  useEffect(() => {
    // An unread body would keep its connection open. Somebody who was signed out in the meantime notices at the next
    // call.
    fetch(paths.authSession)
      .then((answer) => answer.text())
      .catch(() => {});
  }, []);
}

const clock = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' });

/** Shown on every page while the browser has no network, because the data may be out of date. */
function OfflineNotice() {
  const since = useOfflineSince();
  return (
    <div role="status" aria-label="Network">
      {since !== null && (
        <div className={classes.root}>
          <StateLabel tone="warning">Offline since {clock.format(since)}.</StateLabel> This page updates when you are
          back online.
        </div>
      )}
    </div>
  );
}

/** Says what a sign-in through the provider ended, which auth.ts stores in a cookie. */
function EndedNotice() {
  const [sentence, setSentence] = useState<string>();
  useEffect(() => setSentence(readCookie(ENDED_COOKIE)), []);
  if (!sentence) return null;
  const dismiss = () => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in all browsers.
    document.cookie = `${ENDED_COOKIE}=; path=/; max-age=0`;
    setSentence(undefined);
  };
  const button = (
    <Button variant="default" size="xs" onClick={dismiss}>
      Dismiss
    </Button>
  );
  return (
    <Box mb="lg">
      <Notice title="You sign in with the provider from now on" action={button}>
        Your account’s previous passwords, sessions, and second factors have ended, whoever set them. {sentence} Look
        through your organizations, and leave those that you don’t know.
      </Notice>
    </Box>
  );
}

function readCookie(name: string): string | undefined {
  const found = document.cookie.split('; ').find((one) => one.startsWith(`${name}=`));
  return found && decodeURIComponent(found.slice(name.length + 1));
}

type Props = { opened: boolean; onClose: () => void };

/** Creates another organization, and opens it. */
function NewOrganization({ opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="New organization">
      <NewOrganizationForm onClose={onClose} />
    </Modal>
  );
}

function NewOrganizationForm({ onClose }: Pick<Props, 'onClose'>) {
  const create = api.organization.create.useMutation();
  const form = useForm({
    initialValues: { name: '' },
    validate: { name: (name) => (name.trim() ? null : 'Enter a name.') },
  });
  const { message, busy, submit } = useFormSubmit(form, async (values) => {
    await switchOrganization((await create.mutateAsync(values)).id);
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {message && <Notice tone="failure">{message}</Notice>}
        <TextInput
          label="Name"
          description="It has connectors, webhooks, keys and people of its own, and begins empty."
          autoComplete="organization"
          data-autofocus
          {...form.getInputProps('name')}
        />
        <FormActions busy={busy} onCancel={onClose}>
          Create organization
        </FormActions>
      </Stack>
    </form>
  );
}

/**
 * Switches to another of the person's organizations. Everything on the page changes, so the console is loaded again.
 */
async function switchOrganization(id: string): Promise<void> {
  const answer = await postAuth(paths.authSetOrganization, { organizationId: id });
  if (answer.ok) await leaveFor(paths.home);
  else toastFailed(answer.message);
}
