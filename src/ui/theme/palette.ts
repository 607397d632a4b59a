import type { MantineColorsTuple } from '@mantine/core';

/** The one accent. Shade 4 carries dark text; 8 is text on light; 3 is text on dark. */
export const honey: MantineColorsTuple = [
  '#fff8e8',
  '#feefcb',
  '#fde1a0',
  '#fbcd64',
  '#f5b02a',
  '#e99c0c',
  '#c47c00',
  '#9a5f00',
  '#7f4e00',
  '#5a3800',
];

/** Warm neutrals of the light scheme: 0–2 surfaces, 3–4 lines, 6–9 text. */
export const gray: MantineColorsTuple = [
  '#faf9f7',
  '#f4f2ee',
  '#ece9e3',
  '#e2ded6',
  '#cfcac0',
  '#a29c90',
  '#6a645a',
  '#4b463e',
  '#332f29',
  '#1d1a16',
];

/** Warm neutrals of the dark scheme: 0–3 text, 4–5 lines, 6–9 surfaces. */
export const dark: MantineColorsTuple = [
  '#ece8e1',
  '#cbc5ba',
  '#a8a195',
  '#8f887c',
  '#3d3a35',
  '#2b2925',
  '#1f1d1a',
  '#161513',
  '#100f0e',
  '#0b0a09',
];

/** States: green for what arrived, red for what failed, blue for what is under way. */
export const green: MantineColorsTuple = [
  '#ecf8f0',
  '#d5efde',
  '#a9dfbc',
  '#7acd97',
  '#4fbb78',
  '#2ea55e',
  '#23894c',
  '#1b6f3d',
  '#155931',
  '#0f4024',
];

export const red: MantineColorsTuple = [
  '#fdf0ee',
  '#fadcd8',
  '#f5b9b1',
  '#f29488',
  '#ec6f61',
  '#dd4b3b',
  '#c93a2b',
  '#ab2d20',
  '#8a241a',
  '#631a13',
];

export const blue: MantineColorsTuple = [
  '#eef4fd',
  '#d9e6fa',
  '#b2cdf5',
  '#88b2f0',
  '#5e97e9',
  '#3c7ddd',
  '#2b68c5',
  '#2254a2',
  '#1b4382',
  '#14305e',
];
