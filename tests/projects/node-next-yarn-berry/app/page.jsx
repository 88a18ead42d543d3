export default function Page() {
  return <h1>Sailing club</h1>;
}
