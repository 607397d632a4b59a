import Image from 'next/image';
import classes from './brand.module.css';

/** The mark and the name. */
export function Brand() {
  return (
    <span className={classes.root}>
      <Image src="/logo.svg" alt="" width={24} height={24} unoptimized priority />
      Honeyframe
    </span>
  );
}
