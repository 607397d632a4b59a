import { LinkButton } from '#ui/page/link-button.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';

/** Inside the console, for an address or an id that leads nowhere. */
export function NothingHere() {
  return (
    <>
      <PageHeader
        title="Page not found"
        subtitle="There is nothing at this address. It may have been deleted, or it belongs to another organization."
      />
      <LinkButton href={paths.connectors} variant="default">
        Go to connectors
      </LinkButton>
    </>
  );
}
