import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Run from the repository's root, as the npm scripts do.
export default defineConfig(({ command }) => ({
  root: "editor",
  plugins: [react()],
  build: {
    outDir: "../dist/editor",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
  // Also where the tests build it: a NODE_ENV of theirs would put React's development code into the page.
  define: command === "build" ? { "process.env.NODE_ENV": '"production"' } : {},
  server: { host: "127.0.0.1", proxy: { "/api": "http://127.0.0.1:8080" } },
}));
