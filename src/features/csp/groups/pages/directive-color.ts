/** A colour a family: scripts red, styles blue, what is only shown green, what leads elsewhere amber. */
const COLORS: Readonly<Record<string, string>> = {
  'script-src': 'red.3',
  'script-src-elem': 'red.5',
  'script-src-attr': 'red.7',
  'worker-src': 'red.8',
  'style-src': 'blue.3',
  'style-src-elem': 'blue.5',
  'style-src-attr': 'blue.7',
  'font-src': 'green.3',
  'img-src': 'green.5',
  'media-src': 'green.7',
  'connect-src': 'honey.3',
  'form-action': 'honey.5',
  'frame-src': 'honey.6',
  'frame-ancestors': 'honey.7',
  'default-src': 'gray.6',
};

const OTHERS = 'gray.5';

/** The colour of a directive in charts, as the theme names it: the same one whatever else is shown. */
export const directiveColor = (directive: string): string =>
  (Object.hasOwn(COLORS, directive) && COLORS[directive]) || OTHERS;
