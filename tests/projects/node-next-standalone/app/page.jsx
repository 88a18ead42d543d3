export default function Page() {
  return <h1>Pier shop</h1>;
}
