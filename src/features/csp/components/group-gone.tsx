import { LinkButton } from '#ui/link-button.tsx';
import { PageHeader } from '#ui/page-header.tsx';
import { paths } from '#ui/paths.ts';

/** For the address of a group that the log no longer has, or never had. */
export function GroupGone() {
  return (
    <>
      <PageHeader
        title="Group not found"
        subtitle="Nothing of it was reported in the last 30 days, or the log has made room for newer reports."
      />
      <LinkButton href={paths.csp} variant="default">
        Go to CSP reports
      </LinkButton>
    </>
  );
}
