import { Notice } from '#ui/page/notice.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';

/** For members of an organization that CSP reports do not belong to. */
export function CspElsewhere() {
  return (
    <>
      <PageHeader title="CSP reports" />
      <Notice title="These are not this organization’s to see">
        Browsers do not say which organization a page belongs to, so CSP reports belong to the whole installation:
        members of its first organization see them.
      </Notice>
    </>
  );
}
