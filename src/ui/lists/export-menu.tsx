'use client';

import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';

type Props = { hrefOf: (format: 'csv' | 'ndjson') => string; size?: 'xs' | 'sm' };

/** Downloads what a list shows, all of it. `hrefOf` gives the address of the file. */
export function ExportMenu({ hrefOf, size = 'sm' }: Props) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" size={size} leftSection={<IconDownload size={size === 'xs' ? 14 : 16} />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={hrefOf('csv')} download>
          CSV, for spreadsheets
        </Menu.Item>
        <Menu.Item component="a" href={hrefOf('ndjson')} download>
          NDJSON, for programs
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
