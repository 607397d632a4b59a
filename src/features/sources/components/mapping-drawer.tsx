'use client';

import { Drawer } from '@mantine/core';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { useUrlQuery } from '#ui/use-url-query.ts';
import { MappingForm } from './mapping-form.tsx';

/** The form of the mapping that the address names: `mapping=new`, or the id of the one to change. */
export function MappingDrawer() {
  const { mayChange } = useSession();
  const { params, set } = useUrlQuery();
  const { data } = api.sources.mappings.list.useQuery();
  const wanted = params.get('mapping');
  const mapping = data?.items.find(({ id }) => id !== null && id === wanted);
  const close = () => set({ mapping: null });
  if (!mayChange) return null;
  return (
    <Drawer
      opened={wanted === 'new' || mapping !== undefined}
      onClose={close}
      title={mapping ? 'Change mapping' : 'New mapping'}
    >
      <MappingForm mapping={mapping} onDone={close} />
    </Drawer>
  );
}
