import { NothingHere } from '#ui/lists/nothing-here.tsx';

export default function NotFound() {
  return <NothingHere />;
}
