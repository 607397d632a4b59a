import { DEFAULT_THEME, mergeMantineTheme } from '@mantine/core';
import { expect, test } from 'vitest';
import { theme } from './theme.ts';
import { cssVariables } from './theme-provider.tsx';

/** Relative luminance and contrast ratio: WCAG 2.2, section "Terms", contrast ratio. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const variables = cssVariables(mergeMantineTheme(DEFAULT_THEME, theme));

const SURFACES = [
  '--mantine-color-body',
  '--surface-quiet',
  '--surface-hover',
  '--surface-code',
  '--surface-raised',
] as const;
const TEXTS = [
  '--mantine-color-text',
  '--mantine-color-dimmed',
  '--mantine-color-placeholder',
  '--mantine-color-anchor',
  '--mantine-color-error',
  '--accent-text',
] as const;
const DOTS = ['--state-success', '--state-failure', '--state-running', '--focus'] as const;

test.each(['light', 'dark'] as const)('every text of the %s scheme reads on every surface at WCAG AA', (scheme) => {
  const colors = variables[scheme];
  for (const text of TEXTS) {
    for (const surface of SURFACES) {
      expect(contrast(colors[text] ?? '', colors[surface] ?? ''), `${text} on ${surface}`).toBeGreaterThanOrEqual(4.5);
    }
  }
  expect(contrast(colors['--accent-text'] ?? '', colors['--accent-quiet'] ?? '')).toBeGreaterThanOrEqual(4.5);
});

test.each(['light', 'dark'] as const)('states and the focus ring of the %s scheme stand out at 3:1', (scheme) => {
  const colors = variables[scheme];
  for (const dot of DOTS) {
    expect(contrast(colors[dot] ?? '', colors['--mantine-color-body'] ?? ''), dot).toBeGreaterThanOrEqual(3);
  }
});
