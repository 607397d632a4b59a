import type { MantineThemeComponents } from '@mantine/core';

const FADE = { transition: 'fade', duration: 120 } as const;

/** What every component of a kind has in common, so that no page repeats it. */
export const components: MantineThemeComponents = {
  Anchor: { defaultProps: { underline: 'hover' } },
  Alert: { defaultProps: { variant: 'default', radius: 'md' } },
  Checkbox: { defaultProps: { size: 'sm' } },
  Drawer: {
    defaultProps: {
      position: 'right',
      size: 'lg',
      overlayProps: { backgroundOpacity: 0.35 },
      closeButtonProps: { 'aria-label': 'Close' },
    },
  },
  Modal: {
    defaultProps: {
      centered: true,
      transitionProps: FADE,
      overlayProps: { backgroundOpacity: 0.35 },
      closeButtonProps: { 'aria-label': 'Close' },
    },
  },
  Menu: { defaultProps: { shadow: 'md', transitionProps: FADE } },
  Select: { defaultProps: { comboboxProps: { shadow: 'md', transitionProps: FADE }, allowDeselect: false } },
  Table: { defaultProps: { verticalSpacing: 'sm', horizontalSpacing: 'sm' } },
  Tabs: { defaultProps: { keepMounted: false } },
  Tooltip: {
    defaultProps: { openDelay: 250, transitionProps: FADE, events: { hover: true, focus: true, touch: true } },
  },
};
