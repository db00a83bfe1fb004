import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { git } from "./git.ts";
import { tempFolder } from "./temp-folder.ts";

export interface GitServer {
  /** Of the one repository that it serves. */
  url: string;
  dir: string;
  close(): Promise<void>;
}

/** Git's own server program behind HTTP, with a bare repository, for those who know the password. */
export async function startGitServer(user: string, password: string): Promise<GitServer> {
  const root = tempFolder("git-server");
  git(root, "init", "--quiet", "--bare", "--initial-branch=main", "flows.git");
  const dir = `${root}/flows.git`;
  git(dir, "config", "http.receivepack", "true");
  const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const server = createServer((request, response) => {
    if (request.headers.authorization !== wanted) {
      request.resume();
      response.writeHead(401, { "WWW-Authenticate": "Basic" }).end();
      return;
    }
    const [path, query = ""] = request.url!.split("?");
    const backend = spawn("git", ["http-backend"], {
      env: {
        ...process.env,
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: "1",
        PATH_INFO: path!,
        QUERY_STRING: query,
        REQUEST_METHOD: request.method!,
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
        GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
        REMOTE_USER: user,
      },
      stdio: ["pipe", "pipe", "inherit"],
    });
    // A client that goes away breaks off the pipe.
    request.pipe(backend.stdin.on("error", () => {}));
    const chunks: Buffer[] = [];
    backend.stdout.on("data", (chunk) => chunks.push(chunk));
    backend.stdout.on("end", () => {
      const all = Buffer.concat(chunks);
      const end = all.indexOf("\r\n\r\n");
      const head = all.subarray(0, end).toString().split("\r\n");
      const headers = head.map((line) => line.split(/: (.*)/s) as [string, string]);
      const status = headers.find(([name]) => name === "Status")?.[1];
      for (const [name, value] of headers) if (name !== "Status") response.setHeader(name, value);
      response.writeHead(Number(status?.slice(0, 3) ?? 200)).end(all.subarray(end + 4));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/flows.git`,
    dir,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
