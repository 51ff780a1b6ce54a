import { type CSSVariablesResolver, createTheme, Tooltip } from '@mantine/core';
import type { FocusEvent } from 'react';

function selectTyped({ currentTarget }: FocusEvent<HTMLInputElement>): void {
  if (!currentTarget.readOnly) currentTarget.select();
}

/** Dense and calm: one accent; red, amber and green are kept for state. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 8 },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  autoContrast: true,
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '18px' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '20px' },
      h2: { fontSize: '17px' },
      h4: { fontSize: '15px' },
      h5: { fontSize: '13px' },
    },
  },
  components: {
    // Whoever comes into a box that is searched by typing types another name, not more of the one that stands there.
    Select: { defaultProps: { onFocus: selectTyped } },
    Modal: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Tooltip: Tooltip.extend({
      defaultProps: { events: { hover: true, focus: true, touch: true }, openDelay: 250, withArrow: true },
    }),
  },
});

/** Colours by what they mean; the contrast of each against its ground is checked by the browser tests. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#fcfcfd',
    '--mantine-color-dimmed': '#5b6270',
    '--mantine-color-placeholder': '#6b7280',
    '--mantine-color-error': '#c92a2a',
    '--muster-surface': '#ffffff',
    '--muster-inset': '#f4f5f8',
    '--muster-line': '#e3e5ea',
    '--muster-hover': '#f3f4f8',
    '--muster-selected': '#eceffd',
    '--muster-quiet': '#68707e',
    '--muster-track': '#e6e8ee',
    '--muster-accent': '#4263eb',
    '--muster-accent-soft': '#748ffc',
    '--muster-good': '#2b8a3e',
    '--muster-warn': '#c2570c',
    '--muster-bad': '#d02f2f',
    '--muster-second': '#9c36b5',
  },
  dark: {
    '--mantine-color-body': '#14161b',
    '--mantine-color-dimmed': '#a2a9b6',
    '--mantine-color-placeholder': '#8d95a3',
    '--mantine-color-error': '#ff8787',
    '--muster-surface': '#1a1d24',
    '--muster-inset': '#20242c',
    '--muster-line': '#2d323c',
    '--muster-hover': '#20242d',
    '--muster-selected': '#252b45',
    '--muster-quiet': '#969eac',
    '--muster-track': '#2f3540',
    '--muster-accent': '#91a7ff',
    '--muster-accent-soft': '#5c7cfa',
    '--muster-good': '#51cf66',
    '--muster-warn': '#ffa94d',
    '--muster-bad': '#ff6b6b',
    '--muster-second': '#da77f2',
  },
});
