'use client';

import { Menu, UnstyledButton, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconLogout, IconPlus, IconSelector, IconUser } from '@tabler/icons-react';
import { IntentLink } from '#ui/page/intent-link.tsx';
import classes from './account-menu.module.css';

type Props = {
  name: string;
  email: string;
  organizations: { id: string; name: string }[];
  /** The id of the one that is shown. */
  organization: string;
  onSwitch: (id: string) => void;
  onNewOrganization: () => void;
  accountHref: string;
  onSignOut: () => void;
};

const SCHEMES = [
  ['auto', 'System'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const;

/** Who is signed in and where, the colour scheme, and the way out. */
export function AccountMenu({
  name,
  email,
  organizations,
  organization,
  onSwitch,
  onNewOrganization,
  accountHref,
  onSignOut,
}: Props) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="top-start" width="target" withinPortal={false}>
      <Menu.Target>
        <UnstyledButton className={classes.target}>
          <VisuallyHidden>Account</VisuallyHidden>
          <span className={classes.words}>
            <span className={classes.name}>{name}</span>
            <span className={classes.email}>{email}</span>
          </span>
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Organization</Menu.Label>
        <Menu.RadioGroup value={organization} onChange={onSwitch}>
          {organizations.map(({ id, name: called }) => (
            <Menu.RadioItem key={id} value={id} checkIcon={<IconCheck size={14} />}>
              {called}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Item leftSection={<IconPlus size={14} />} onClick={onNewOrganization}>
          New organization
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Colour scheme</Menu.Label>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(value) => setColorScheme(SCHEMES.find(([name]) => name === value)?.[0] ?? 'auto')}
        >
          {SCHEMES.map(([value, label]) => (
            <Menu.RadioItem key={value} value={value} checkIcon={<IconCheck size={14} />}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item component={IntentLink} href={accountHref} leftSection={<IconUser size={14} />}>
          Account
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={14} />} onClick={onSignOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
