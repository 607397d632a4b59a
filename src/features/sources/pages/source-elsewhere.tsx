import { Notice } from '#ui/page/notice.tsx';

/** Shown to members of organizations that don't manage the stream. */
export function SourceElsewhere() {
  return (
    <Notice title="This is not this organization’s to look after">
      One stream serves the whole installation, so members of its first organization look after it. What changes for
      your organization still becomes your events.
    </Notice>
  );
}
