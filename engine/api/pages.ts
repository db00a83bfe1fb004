import { join } from "node:path";
import express, { type RequestHandler, Router } from "express";

const yearMs = 365 * 86_400_000;

/** Serves the built page: hashed files for a year, the page itself asked for anew each time. */
export function servePages(folder: string | undefined): Router {
  const router = Router();
  if (!folder) return router.get("/", (_, response) => response.redirect("/api/docs"));

  // Vite puts a hash of the content into every name under assets.
  router.use(
    "/assets",
    express.static(join(folder, "assets"), { index: false, immutable: true, maxAge: yearMs }),
  );
  router.use(
    express.static(folder, { setHeaders: (response) => response.setHeader("Cache-Control", "no-cache") }),
  );
  return router.use(sendIndex(folder));
}

/** The page finds its own way: any address that a browser opens gives it, but for the API's and files. */
function sendIndex(folder: string): RequestHandler {
  return (request, response, next) => {
    const opens = request.method === "GET" || request.method === "HEAD";
    const elsewhere = /^\/(api|assets)(\/|$)|\.\w+$/.test(request.path);
    if (!opens || elsewhere || !request.accepts("html")) return next();
    response.sendFile("index.html", { root: folder, headers: { "Cache-Control": "no-cache" } });
  };
}
