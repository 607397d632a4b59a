import type { Load } from './verdict-loads.ts';

/** Entries stand on lines, or with two spaces between them. */
const listed = (text: string): readonly string[] => text.trim().split(/ {2,}|\s*\n\s*/);

/** Source expressions of every form, right and wrong ones (grammar: CSP Level 3 §2.3.1). */
export const SOURCES = listed(String.raw`
  *  'none'  'self'  'SELF'  a.example  A.Example  http://a.example  https://a.example  HTTPS://A.EXAMPLE
  ws://a.example  wss://a.example  http:  https:  ws:  wss:  HTTPS:  data:  blob:  ftp:  http  data
  a.example:80  a.example:443  a.example:0443  http://a.example:80  https://a.example:80
  https://a.example:443  ws://a.example:80  a.example:8443  http://a.example:8443  http://a.example:8080
  a.example:*  http://a.example:*  https://a.example:*  a.example:  a.example:x  a.example:65536
  a.example:99999999999  *:*  *:443  *:8443  https://*  http://*  https://*:*  *://a.example  //a.example
  https:a.example  https:/a.example  https:///a.example  *.a.example  *.example  *.A.EXAMPLE  *.
  *a.example  a.*.example  a.*  *.*.example  **.example  a.example.  .a.example  a..example  *.a.example.
  https://*.a.example:8443  a_b.example  *.a_b.example  _dmarc.example  https://a_b.example  x_y.a.example
  -a.example  a-.example  a--b.example  xn--bcher-kva.example  1a.example  a%2eexample  user@a.example
  a.example@b.example  'a.example'  "a.example"  (a.example)  a.example/  a.example/dir  a.example/dir/
  a.example/DIR/  a.example/dir/f  a.example/dir/%66  a.example/di%72/  a.example/dir%2Ff
  a.example/dir%2f  a.example/dir%2F  a.example/dir/f?  a.example/dir/f?q=1  a.example/dir/?q=1
  a.example/?  a.example/dir/f#x  a.example/dir/#x  a.example#x  a.example?q  a.example/#  a.example//
  a.example//dir/  a.example/dir//  a.example/dir//f  a.example/dir/../dir/f  a.example/./dir/f
  a.example/dir/*  a.example/*  a.example/d*  a.example/dir/f%  a.example/dir/%zz  a.example/%25
  a.example/caf%C3%A9  a.example/caf%E9  a.example/dir/f%20g  a.example/dir/f+g  a.example/a%3Fb
  a.example/a%23b  a.example/a%3Bb  a.example/a%2Cb  a.example/a;b  a.example/dir\f  a.example\dir
  a.example/dir/f%00  a.example/%  a.example/%2F  a.example:443/dir/  a.example:*/dir/  */dir/
  https://*/dir/  *.example/dir/  *:8443/dir/f  https:/dir/  'self'/dir/  http://a.example/dir/
  wss://a.example/dir/  127.0.0.1  127.0.0.1:*  192.0.2.1  192.0.2.1:*  https://192.0.2.1  192.0.2.1:8443
  *.0.2.1  192.0.2.*  [::1]  [::1]:*  https://[::1]  localhost  localhost:*  example  *.com
  https://*.example:443  'strict-dynamic' a.example  'unsafe-inline'  'none' a.example  * 'none'  'self' *
  * data:  a.example b.example  shop.example  http://shop.example  https://shop.example:*
  shop.example:8443  custom:  custom://x  a.example/dir/f/  %61.example  a.example/%64ir/
  a.example/dir/%2566  a.example/%c3%a9/
`);

/** What pages ask for: other schemes, hosts, ports and paths than the expressions name, and the same in other words. */
export const URLS = listed(`
  http://a.example/x  https://a.example/x  https://a.example  wss://a.example/x  ws://a.example/x
  https://a.example:8443/x  http://a.example:8080/x  https://b.a.example/x  https://c.b.a.example/x
  https://A.EXAMPLE/x  https://a.example./x  https://a_b.example/x  https://x.a_b.example/x
  https://x_y.a.example/x  https://_dmarc.example/x  https://xn--bcher-kva.example/x
  https://127.0.0.1:444/x  https://127.0.0.1/x  https://192.0.2.1/x  https://192.0.2.1:8443/x
  https://[::1]/x  https://localhost/x  https://a.example/dir  https://a.example/dir/
  https://a.example/dir/f  https://a.example/dir/f/  https://a.example/DIR/f  https://a.example/di%72/f
  https://a.example/dir%2Ff  https://a.example/dir%2ff  https://a.example/dir/f?q=1
  https://a.example/dir/f%3Fq=1  https://a.example//dir/f  https://a.example/dir//f
  https://a.example/dir//  https://a.example//  https://a.example/dir/f%20g  https://a.example/dir/f+g
  https://a.example/caf%C3%A9  https://a.example/caf%E9  https://a.example/a%3Fb  https://a.example/a%23b
  https://a.example/a;b  https://a.example/a%3Bb  https://a.example/a,b  https://a.example/a%2Cb
  https://a.example/%25  https://a.example/%  https://a.example/dir/f%  https://a.example/dir/%zz
  https://a.example/dir/*  https://a.example/*  https://a.example/%2F  https://a.example/dir/f%00
  https://a.example/dir/%2566  https://a.example/%C3%A9/x  https://shop.example/y  http://shop.example/y
  wss://shop.example/y  ws://shop.example/y  https://shop.example:8443/y  http://shop.example:8080/y
  https://b.example/y  data:text/plain,x  blob:
`);

const SHOP = 'https://shop.example';
const OTHER = 'https://a.example/dir/x';

/** Loads of every kind that a directive is about, from a page of https://shop.example. A `<base>` is for all after it. */
export const LOADS: readonly Load[] = [
  { by: 'fetch', url: OTHER },
  { by: 'socket', url: 'wss://a.example/x' },
  { by: 'beacon', url: OTHER },
  { by: 'image', url: OTHER },
  { by: 'image', url: 'data:image/png,x' },
  { by: 'image', url: 'blob:' },
  { by: 'script', url: OTHER },
  { by: 'script', url: `${SHOP}/x.js` },
  { by: 'script', url: 'data:text/javascript,1' },
  { by: 'script', url: 'blob:' },
  { by: 'modulepreload', url: OTHER },
  { by: 'style', url: OTHER },
  { by: 'style', url: 'data:text/css,x' },
  { by: 'font', url: OTHER },
  { by: 'font', url: 'data:font/woff2,x' },
  { by: 'video', url: OTHER },
  { by: 'video', url: 'blob:' },
  { by: 'frame', url: OTHER },
  { by: 'frame', url: `${SHOP}/x` },
  { by: 'frame', url: 'data:text/html,x' },
  { by: 'frame', url: 'blob:' },
  { by: 'object', url: OTHER },
  { by: 'object', url: `${SHOP}/x` },
  { by: 'embed', url: OTHER },
  { by: 'worker', url: `${SHOP}/w.js` },
  { by: 'worker', url: 'blob:' },
  { by: 'worker', url: 'data:text/javascript,postMessage(1)' },
  { by: 'shared worker', url: `${SHOP}/w.js` },
  { by: 'form', url: OTHER },
  { by: 'form', url: `${SHOP}/x` },
  { by: 'base', url: OTHER },
];

/** Which directives decide about the same thing, the nearest first. */
const FAMILIES: readonly (readonly string[])[] = [
  ['script-src-elem', 'script-src', 'default-src'],
  ['style-src-elem', 'style-src', 'default-src'],
  ['worker-src', 'child-src', 'script-src', 'default-src'],
  ['frame-src', 'child-src', 'default-src'],
  ['script-src-attr', 'script-src'],
  ...['connect-src', 'img-src', 'font-src', 'media-src', 'object-src', 'base-uri', 'form-action'].map((name) => [
    name,
    'default-src',
  ]),
];

const LISTS = [
  "'none'",
  'https://a.example',
  'https://a.example/dir/',
  'https://a.example/other/',
  "'self' data: blob:",
  '*',
  "'nonce-abc'",
  "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "'strict-dynamic' 'nonce-abc' https:",
];

/** Every directive alone with every list, and every two of a family that disagree. */
export const POLICIES: readonly string[] = [
  ...new Set(
    FAMILIES.flatMap((family) =>
      family.flatMap((name) => [
        ...LISTS.map((list) => `${name} ${list}`),
        ...family
          .filter((other) => other !== name)
          .flatMap((other) => [
            `${name} https: wss:; ${other} 'none'`,
            `${name} https://a.example; ${other} 'self'`,
            `${name} 'strict-dynamic'; ${other} https:`,
          ]),
      ]),
    ),
  ),
];
