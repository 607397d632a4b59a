const pad = (number: number) => String(number).padStart(2, '0');

/** A time as the value of a `datetime-local` input: local, to the minute; `''` for null. */
export function localTime(at: string | null): string {
  if (at === null) return '';
  const date = new Date(at);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** The time in a `datetime-local` input; null if it is empty. */
export function momentOf(local: string): string | null {
  const time = Date.parse(local);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
