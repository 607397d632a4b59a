/** The browser's name and major version, such as `Firefox 153`. */
const BROWSERS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bEdg(?:e|A|iOS)?\/(\d+)/, 'Edge'],
  [/\b(?:OPR|Opera|OPiOS)\/(\d+)/, 'Opera'],
  [/\bSamsungBrowser\/(\d+)/, 'Samsung Internet'],
  [/\bVivaldi\/(\d+)/, 'Vivaldi'],
  [/\bYaBrowser\/(\d+)/, 'Yandex'],
  [/\b(?:FBAN|FBAV|FB_IAB)\b.*?FBAV\/(\d+)/, 'Facebook'],
  [/\bInstagram (\d+)/, 'Instagram'],
  [/\bFxiOS\/(\d+)/, 'Firefox iOS'],
  [/\bCriOS\/(\d+)/, 'Chrome iOS'],
  [/\b(?:Firefox|Iceweasel)\/(\d+)/, 'Firefox'],
  [/\b(?:Headless)?Chrom(?:e|ium)\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+).*Safari\//, 'Safari'],
  [/\bMSIE (\d+)/, 'Internet Explorer'],
  [/\bTrident\/.*rv:(\d+)/, 'Internet Explorer'],
];

const MOST_READ = 512;

/** Matched one by one, because a single pattern for everything in between would be slow on crafted input. */
const isWebKitGtk = (text: string) => /\bLinux\b/.test(text) && /AppleWebKit\//.test(text) && !/Android/.test(text);

/**
 * The browser in a `User-Agent`, or `Other`. The order matters, because most browsers also name another one. Written by
 * hand, because the text is untrusted and these patterns take linear time. The best-known parser, ua-parser-js, is
 * under the AGPL.
 */
export function browserOf(userAgent: string): string {
  const text = userAgent.slice(0, MOST_READ);
  for (const [pattern, name] of BROWSERS) {
    const version = pattern.exec(text)?.[1];
    if (version) return `${name === 'Safari' && isWebKitGtk(text) ? 'WebKitGTK' : name} ${version.slice(0, 4)}`;
  }
  return 'Other';
}
