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

/** For violations: whether the browser blocked it or only reported it. */
export const OUTCOMES: Record<'enforce' | 'report', Omit<About, 'meaning'>> = {
  enforce: { label: 'Blocked', icon: IconShieldX, tone: 'failure' },
  report: { label: 'Would block', icon: IconShieldExclamation, tone: 'warning' },
};

/** The label, icon, and meaning of each kind of line. */
export const LINE_KINDS: Record<Kind, About> = {
  violation: {
    label: 'Violation',
    icon: IconShieldX,
    tone: 'failure',
    meaning: 'A page violated its policy.',
  },
  report: {
    label: 'Other report',
    icon: IconFileDescription,
    tone: 'running',
    meaning: 'Another type of report of the Reporting API, as the browser sent it.',
  },
  policy: {
    label: 'Policy',
    icon: IconClipboardText,
    tone: 'idle',
    meaning: 'The text of a reported policy. Violations refer to it by its hash.',
  },
  suppressed: {
    label: 'Counted',
    icon: IconStack2,
    tone: 'warning',
    meaning: 'Reports of a group beyond its limit of lines per minute. They were counted instead of written.',
  },
  dropped: {
    label: 'Dropped',
    icon: IconAlertTriangle,
    tone: 'failure',
    meaning: 'Lines that couldn’t be written. The line says how many, and why.',
  },
  malformed: {
    label: 'Malformed',
    icon: IconFileBroken,
    tone: 'warning',
    meaning: 'A request body, or an entry in one, that isn’t a valid report. Its beginning is kept.',
  },
};
