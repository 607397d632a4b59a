import type { Outputs } from '#client/console-api.ts';
import { reportedAncestor } from '#core/csp/policy/ancestor.ts';

export type GroupData = Outputs['csp']['group'];

type Group = Outputs['csp']['groups']['items'][number];
type Named = Pick<Group, 'directive' | 'blocked' | 'blocked_kind' | 'blocked_host'> & Partial<Pick<Group, 'document'>>;

const INLINE: Record<string, string> = {
  'script-src-elem': 'Inline script',
  'script-src-attr': 'Inline event handler',
  'style-src-elem': 'Inline style',
  'style-src-attr': 'Style attribute',
};

const UNKNOWN_ADDRESS = 'Unknown address';

/** What a group is called: what was blocked, in a word or two, or its host. */
export function groupName({ directive, blocked, blocked_kind, blocked_host, document = null }: Named): string {
  if (blocked_kind === null) return UNKNOWN_ADDRESS;
  if (directive === 'frame-ancestors' && document !== null && !reportedAncestor({ blocked, document }))
    return `${blocked_host ?? 'A page'} in a frame`;
  const names: Record<NonNullable<Group['blocked_kind']>, string> = {
    inline: (Object.hasOwn(INLINE, directive) && INLINE[directive]) || 'Inline code',
    eval: 'Code made of text (eval)',
    'wasm-eval': 'WebAssembly',
    'trusted-types': 'Text without Trusted Types',
    scheme: schemeName(blocked),
    host: blocked_host ?? 'Unknown host',
  };
  return names[blocked_kind];
}

function schemeName(blocked: string | null): string {
  const scheme = /^[^:]+/.exec(blocked ?? '')?.[0];
  return scheme ? `${scheme}:` : UNKNOWN_ADDRESS;
}
