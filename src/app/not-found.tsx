import type { Metadata } from 'next';
import { Entrance } from '#ui/entrance.tsx';
import { LinkButton } from '#ui/link-button.tsx';
import { paths } from '#ui/paths.ts';

export const metadata: Metadata = { title: 'Page not found' };

export default function NotFound() {
  return (
    <Entrance
      title="Page not found"
      lead="There is nothing at this address. It may have been deleted, or the link may be incomplete or mistyped."
    >
      <div>
        <LinkButton href={paths.connectors}>Go to connectors</LinkButton>
      </div>
    </Entrance>
  );
}
