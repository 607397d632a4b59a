/** The states of a message, in the order in which they follow one another; callbacks may overtake each other. */
const ORDER = [
  'accepted',
  'scheduled',
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'undelivered',
  'failed',
  'canceled',
];

/** Statuses in their natural order, whatever the order in which they were reported. An unknown status comes first. */
export const inOrder = <Told extends { status: string }>(told: readonly Told[]): Told[] =>
  told.toSorted((one, other) => ORDER.indexOf(one.status) - ORDER.indexOf(other.status));
