export default function Page() {
  return <h1>Harbour guide</h1>;
}
