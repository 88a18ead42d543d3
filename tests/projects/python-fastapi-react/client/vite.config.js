import path from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: { outDir: path.resolve(import.meta.dirname, "../src/tides/page"), emptyOutDir: true },
});
