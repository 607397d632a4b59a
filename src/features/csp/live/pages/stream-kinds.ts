import type { Icon } from '@tabler/icons-react';
import {
  IconAlertTriangle,
  IconClipboardText,
  IconFileBroken,
  IconFileDescription,
  IconShieldExclamation,
  IconShieldX,
  IconStack2,
} from '@tabler/icons-react';
import type { StreamLine } from './tail-rows.ts';

type Kind = StreamLine['kind'];

type About = {
  label: string;
  icon: Icon;
  /** A colour of the states. */
  tone: 'failure' | 'warning' | 'running' | 'idle';
  meaning: string;
};

/** Of violations, by whether the browser blocked it or only reported that it would. */
export const OUTCOMES: Record<'enforce' | 'report', Omit<About, 'meaning'>> = {
  enforce: { label: 'Blocked', icon: IconShieldX, tone: 'failure' },
  report: { label: 'Would block', icon: IconShieldExclamation, tone: 'warning' },
};

/** What each kind of line looks like, and what it says. */
export const LINE_KINDS: Record<Kind, About> = {
  violation: {
    label: 'Violation',
    icon: IconShieldX,
    tone: 'failure',
    meaning: 'A page did what its policy does not allow.',
  },
  report: {
    label: 'Other report',
    icon: IconFileDescription,
    tone: 'running',
    meaning: 'A report of another type of the Reporting API, as the browser sent it.',
  },
  policy: {
    label: 'Policy',
    icon: IconClipboardText,
    tone: 'idle',
    meaning: 'The text of a policy that was reported; violations name it by its hash.',
  },
  suppressed: {
    label: 'Counted',
    icon: IconStack2,
    tone: 'warning',
    meaning: 'More reports of one group than a minute has lines for: they were counted instead of written.',
  },
  dropped: {
    label: 'Dropped',
    icon: IconAlertTriangle,
    tone: 'failure',
    meaning: 'Lines that could not be written; the line says how many, and why.',
  },
  malformed: {
    label: 'Malformed',
    icon: IconFileBroken,
    tone: 'warning',
    meaning: 'A body, or an entry of one, that held no report; its beginning is kept.',
  },
};
