const pad = (number: number) => String(number).padStart(2, '0');

/** A moment as an input of the type `datetime-local` holds it: local, to the minute; `''` for none. */
export function localTime(at: string | null): string {
  if (at === null) return '';
  const date = new Date(at);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** The moment that such an input holds, null for none. */
export function momentOf(local: string): string | null {
  const time = Date.parse(local);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
