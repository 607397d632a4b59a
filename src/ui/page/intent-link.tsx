'use client';

import Link from 'next/link';
import { type ComponentProps, useState } from 'react';

/**
 * A link whose page is fetched ahead once somebody is about to follow it: the pointer or the focus comes to it, or a
 * finger touches it. Links that are always in view would otherwise each ask the server for their page with every page
 * that is opened, though at most one of them is followed.
 */
export function IntentLink(
  props: Omit<ComponentProps<typeof Link>, 'prefetch' | 'onMouseEnter' | 'onTouchStart' | 'onFocus'>,
) {
  const [isMeant, setIsMeant] = useState(false);
  const mean = () => setIsMeant(true);
  return <Link {...props} prefetch={isMeant ? null : false} onMouseEnter={mean} onTouchStart={mean} onFocus={mean} />;
}
