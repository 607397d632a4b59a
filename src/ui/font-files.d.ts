/** Where a font file is served. */
declare module '*.woff2' {
  const url: string;
  export default url;
}
