import type { MantineThemeComponents } from '@mantine/core';

const FADE = { transition: 'fade', duration: 120 } as const;
const CLOSE = { 'aria-label': 'Close' };
const OVERLAY = { backgroundOpacity: 0.35 };

/** What every component of a kind has in common, so that no page repeats it. */
export const components: MantineThemeComponents = {
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
