const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'];

/** A number of bytes as people read it: "0 bytes", "1 byte", "1.4 MiB"; "–" for what is not known. */
export function bytes(number: number | null | undefined): string {
  if (number === null || number === undefined || !Number.isFinite(number) || number < 0) return '–';
  if (number < 1024) return number === 1 ? '1 byte' : `${Math.round(number)} bytes`;
  let [size, unit] = [number / 1024, 0];
  // What would be shown as 1024.0 is one of the next unit.
  while (size >= 1023.95 && unit < UNITS.length - 1) [size, unit] = [size / 1024, unit + 1];
  return `${size.toFixed(1)} ${UNITS[unit]}`;
}
