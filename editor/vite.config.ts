import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Of the kinds that the page validates and tries with, it needs no examples, and their help comes from the server. */
const withoutProse: Plugin = {
  name: "without-prose",
  enforce: "pre",
  transform(code, id) {
    if (!/\/engine\/nodes\/[\w-]+\.ts$/.test(id)) return undefined;
    if (!id.endsWith("-examples.ts"))
      return { code: code.replace(/^ {2}help: `[^`\\]*(?:\\.[^`\\]*)*`,$/ms, '  help: "",'), map: null };
    const names = [...code.matchAll(/^export const (\w+)/gm)].map(([, name]) => name);
    return { code: names.map((name) => `export const ${name} = [];`).join("\n"), map: null };
  },
};

// Run from the repository's root, as the npm scripts do.
export default defineConfig(({ command }) => {
  // Also where the tests build it: a NODE_ENV of theirs would put React's development code into the page.
  if (command === "build") process.env.NODE_ENV = "production";
  return {
    root: "editor",
    plugins: [withoutProse, react()],
    build: {
      outDir: "../dist/editor",
      emptyOutDir: true,
      target: "es2023",
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1500,
    },
    server: { host: "127.0.0.1", proxy: { "/api": "http://127.0.0.1:8080" } },
  };
});
