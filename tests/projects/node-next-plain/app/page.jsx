import { tides } from '../lib/tides';

export default function Page() {
  return <h1>{process.env.NEXT_PUBLIC_HARBOUR ?? 'Harbour'}: {tides}</h1>;
}
