import { redirect } from 'next/navigation';
import { paths } from '#ui/page/paths.ts';

export default function StartPage() {
  redirect(paths.connectors);
}
