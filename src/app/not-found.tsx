import type { Metadata } from 'next';
import { Entrance } from '#ui/page/entrance.tsx';
import { LinkButton } from '#ui/page/link-button.tsx';
import { paths } from '#ui/page/paths.ts';

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
