import { createTheme, defaultVariantColorsResolver, type VariantColorsResolver } from '@mantine/core';
import { components } from './component-defaults.ts';
import { blue, dark, gray, green, honey, red } from './palette.ts';

/** Red buttons are for what cannot be undone: as text on any surface, or filled for the last step. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const resolved = defaultVariantColorsResolver(input);
  if (input.color !== 'red') return resolved;
  if (input.variant === 'filled') return { ...resolved, background: red[6], hover: red[7], color: '#ffffff' };
  if (input.variant !== 'outline') return resolved;
  const color = 'var(--mantine-color-error)';
  return { ...resolved, hover: 'var(--surface-hover)', color, border: `1px solid ${color}` };
};

/** The look: Inter at 14 px, honey as the one accent, hairlines, small radii. */
export const theme = createTheme({
  colors: { honey, gray, dark, green, red, blue },
  primaryColor: 'honey',
  primaryShade: 4,
  autoContrast: true,
  variantColorResolver,
  black: gray[9],
  white: '#ffffff',
  fontFamily: "'Inter Variable', 'Inter Fallback', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', 'JetBrains Mono Fallback', ui-monospace, monospace",
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  fontWeights: { regular: '400', medium: '500', bold: '600' },
  lineHeights: { xs: '1.4', sm: '1.5', md: '1.5', lg: '1.5', xl: '1.4' },
  headings: {
    fontWeight: '600',
    textWrap: 'balance',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.75rem' },
      h2: { fontSize: '1rem', lineHeight: '1.5rem' },
      h3: { fontSize: '0.875rem', lineHeight: '1.25rem' },
    },
  },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '10px', xl: '16px' },
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components,
});
