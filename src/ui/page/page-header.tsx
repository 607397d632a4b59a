import { IconArrowLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { IntentLink } from './intent-link.tsx';
import classes from './page-header.module.css';

type Props = {
  title: string;
  /** One line below the title: what this page is for, or what the thing is. */
  subtitle?: ReactNode;
  /** The list that this page belongs to. */
  back?: { href: string; label: string };
  /** The primary action, at the right. */
  actions?: ReactNode;
};

/** The top of every page: where it belongs, its one `h1`, its one primary action. */
export function PageHeader({ title, subtitle, back, actions }: Props) {
  return (
    <header className={classes.root}>
      {back && (
        <IntentLink href={back.href} className={classes.back}>
          <IconArrowLeft size={14} aria-hidden />
          {back.label}
        </IntentLink>
      )}
      <div className={classes.row}>
        <div className={classes.words}>
          <h1 className={classes.title}>{title}</h1>
          {subtitle && <div className={classes.subtitle}>{subtitle}</div>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
    </header>
  );
}
