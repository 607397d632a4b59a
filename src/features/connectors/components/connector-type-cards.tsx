import { IconPlugConnected } from '@tabler/icons-react';
import Link from 'next/link';
import { paths } from '#ui/paths.ts';
import classes from './connector-type-cards.module.css';
import type { ConnectorTypeInfo } from './use-connector-types.ts';

/** What a connector can be, to choose from. */
export function ConnectorTypeCards({ types }: { types: ConnectorTypeInfo[] }) {
  return (
    <ul className={classes.list}>
      {types.map(({ type, name, description }) => (
        <li key={type} className={classes.card}>
          <span className={classes.icon} aria-hidden>
            <IconPlugConnected size={20} />
          </span>
          <div>
            <Link href={paths.newConnector(type)} className={classes.name}>
              {name}
            </Link>
            <p className={classes.description}>{description}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}
