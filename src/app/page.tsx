import { redirect } from 'next/navigation';
import { paths } from '#ui/paths.ts';

export default function StartPage() {
  redirect(paths.connectors);
}
