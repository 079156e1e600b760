import { createTheme, type CSSVariablesResolver, type MantineColorsTuple, type MantineColorSchemeManager } from '@mantine/core'

/** Bamboo: index 7 is the brand colour of light mode, 6 that of dark mode; white text on both has ≥ 4.5 : 1. */
const bamboo: MantineColorsTuple = [
  '#eff6f2',
  '#dcebe3',
  '#b9d8c7',
  '#92c3a8',
  '#6cad8a',
  '#4f9772',
  '#3b8160',
  '#2f6b4f',
  '#25563f',
  '#1b4130',
]
/** Warm neutrals, light to dark. */
const gray: MantineColorsTuple = [
  '#faf9f6',
  '#f3f1ec',
  '#e8e5de',
  '#dad6cc',
  '#c2bdb1',
  '#9c968a',
  '#6b665c',
  '#514d45',
  '#37342e',
  '#23211d',
]
const dark: MantineColorsTuple = [
  '#e9e6df',
  '#c9c5bb',
  '#a8a398',
  '#7c776c',
  '#4a4740',
  '#3a3731',
  '#2b2925',
  '#211f1c',
  '#1a1916',
  '#131210',
]

export const theme = createTheme({
  colors: { bamboo, gray, dark },
  primaryColor: 'bamboo',
  primaryShade: { light: 7, dark: 6 },
  white: '#ffffff',
  black: '#23211d',
  fontFamily: 'var(--font)',
  fontFamilyMonospace: "ui-monospace, 'SFMono-Regular', 'DejaVu Sans Mono', Menlo, Consolas, monospace",
  headings: {
    fontFamily: 'var(--font)',
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.4' },
      h2: { fontSize: '1.125rem', lineHeight: '1.5' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.6' },
    },
  },
  // 15 px is the base: Mantine's `sm` is what its inputs and buttons use by default.
  fontSizes: { xs: '0.8125rem', sm: '0.9375rem', md: '0.9375rem', lg: '1.125rem', xl: '1.5rem' },
  lineHeights: { xs: '1.5', sm: '1.55', md: '1.6', lg: '1.6', xl: '1.5' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    InputWrapper: { styles: { label: { marginBottom: 4 }, description: { marginBottom: 6 }, error: { marginTop: 6 } } },
    // The library's own lock writes a style element that the content policy refuses; global.css locks instead.
    Modal: { defaultProps: { transitionProps: { duration: 120 }, centered: true, lockScroll: false } },
    Drawer: { defaultProps: { transitionProps: { duration: 140 }, lockScroll: false } },
    Menu: { defaultProps: { transitionProps: { duration: 80 }, shadow: 'md' } },
    // Choosing once more what is chosen is no way to take it back; that is the cross.
    Select: { defaultProps: { allowDeselect: false, comboboxProps: { transitionProps: { duration: 80 }, shadow: 'md' } } },
  },
})

/** Mantine's own variables, set to our tokens of global.css so that its inputs and ours are one family. */
export const cssVariables: CSSVariablesResolver = () => {
  const both = {
    '--mantine-color-body': 'var(--paper)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-quiet)',
    '--mantine-color-placeholder': 'var(--ink-quiet)',
    '--mantine-color-anchor': 'var(--accent-ink)',
    '--mantine-color-error': 'var(--critical-ink)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default': 'var(--surface)',
  }
  return { variables: {}, light: both, dark: both }
}

const key = 'luytre.color-scheme'

/** Light or dark is kept on the device; color-scheme.js reads the same key before the first paint. */
export const colorSchemeManager: MantineColorSchemeManager = {
  get: defaultValue => {
    const kept = localStorage.getItem(key)
    return kept === 'light' || kept === 'dark' ? kept : defaultValue
  },
  set: value => localStorage.setItem(key, value),
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => localStorage.removeItem(key),
}
