export default function Home() {
  return <h1>Lighthouses</h1>;
}
