export default function () {
  return { dir: { input: "content", output: "public_html" } };
}
