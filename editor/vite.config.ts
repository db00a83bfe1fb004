import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Run from the repository's root, as the npm scripts do.
export default defineConfig({
  root: "editor",
  plugins: [react()],
  build: {
    outDir: "../dist/editor",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1300,
  },
  server: { host: "127.0.0.1", proxy: { "/api": "http://127.0.0.1:8080" } },
});
