// node new-service.mjs DIR '{"preset": "fastapi", "set": {"port": 9000}}': the container files of DIR, as a function.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";

/** The result that dockgen prints; an Error with `mistakes`, each with its place, if it cannot be done. */
export function containerise(directory, { preset = [], set = {} } = {}) {
  mkdirSync(directory, { recursive: true });
  const presets = [preset].flat().flatMap((name) => ["--preset", name]);
  const done = spawnSync("dockgen", ["generate", "--json", ...presets, "--answers", "-", directory], {
    input: JSON.stringify(set),
    encoding: "utf8",
  });
  if (done.error) throw done.error;
  const result = JSON.parse(done.stdout);
  if (result.error) {
    throw Object.assign(new Error(result.error.what), { code: result.error.code, mistakes: result.error.mistakes });
  }
  return result;
}

if (import.meta.filename === process.argv[1]) {
  try {
    const result = containerise(process.argv[2], JSON.parse(process.argv[3] ?? "{}"));
    console.log(result.files.map((file) => `${file.change} ${file.path}`).join("\n"));
    console.log(result.commands.build);
  } catch (error) {
    console.error(error.mistakes?.map((mistake) => `${mistake.where ?? ""} ${mistake.what}`).join("\n") ?? error.message);
    process.exitCode = error.code ?? 1;
  }
}
