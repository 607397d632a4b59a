import type { MantineThemeComponents } from '@mantine/core';
import { createTheme, defaultVariantColorsResolver, type VariantColorsResolver } from '@mantine/core';
import { blue, dark, gray, green, honey, red } from './palette.ts';

const FADE = { transition: 'fade', duration: 120 } as const;
const CLOSE = { 'aria-label': 'Close' };
const OVERLAY = { backgroundOpacity: 0.35 };

/** What every component of a kind has in common, so that no page repeats it. */
const components: MantineThemeComponents = {
  Anchor: { defaultProps: { underline: 'hover' } },
  Checkbox: { defaultProps: { size: 'sm' } },
  Drawer: {
    defaultProps: { position: 'right', size: 'lg', padding: 'lg', overlayProps: OVERLAY, closeButtonProps: CLOSE },
  },
  Menu: { defaultProps: { shadow: 'md', transitionProps: FADE, withInitialFocusPlaceholder: false } },
  Modal: {
    defaultProps: {
      centered: true,
      padding: 'lg',
      radius: 'lg',
      transitionProps: FADE,
      overlayProps: OVERLAY,
      closeButtonProps: CLOSE,
    },
  },
  Notification: { defaultProps: { closeButtonProps: CLOSE } },
  Select: {
    defaultProps: { comboboxProps: { shadow: 'md', transitionProps: FADE, withinPortal: false }, allowDeselect: false },
  },
  Switch: { defaultProps: { withThumbIndicator: false } },
  Table: { defaultProps: { verticalSpacing: 'sm', horizontalSpacing: 'sm' } },
  Tabs: { defaultProps: { keepMounted: false } },
  Tooltip: {
    defaultProps: { openDelay: 250, transitionProps: FADE, events: { hover: true, focus: true, touch: true } },
  },
};

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
