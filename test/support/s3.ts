import { createRequire } from "node:module";
import type { S3Place } from "../../engine/archive/s3-place.ts";
import { type Place, type Server, startServer } from "./server.ts";

/** An S3 server that knows one key and has the empty bucket `archive`. */
export async function startS3(options: Place = {}): Promise<Server & { place: S3Place; env: S3Env }> {
  const server = await startServer({
    program: process.execPath,
    package: "nodejs",
    place: options,
    // It cuts long lists by DES.
    args: (port, dir) => ["--openssl-legacy-provider", "--eval", code(port, dir)],
    url: (port) => `http://127.0.0.1:${port}`,
    ready: (port) => fetch(`http://127.0.0.1:${port}/archive`),
  });
  const place: S3Place = {
    bucket: "archive",
    prefix: "plant/one/",
    endpoint: server.url,
    region: "us-east-1",
    accessKeyId: key,
    secretAccessKey: key,
  };
  return Object.assign(server, { place, env: envOf(place) });
}

/** The one that S3rver knows. */
const key = "S3RVER";

const code = (port: number, directory: string) => {
  const options = { port, directory, address: "127.0.0.1", silent: true, vhostBuckets: false };
  const configureBuckets = [{ name: "archive" }];
  const module = createRequire(import.meta.url).resolve("@20minutes/s3rver");
  return `new (require(${JSON.stringify(module)}))(${JSON.stringify({ ...options, configureBuckets })}).run()`;
};

type S3Env = ReturnType<typeof envOf>;

/** The settings that name a place. */
export const envOf = ({ bucket, prefix, endpoint, region, accessKeyId, secretAccessKey }: S3Place) => ({
  MILLRACE_ARCHIVE_DIR: `s3://${bucket}/${prefix}`,
  AWS_ENDPOINT_URL: endpoint!,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
});
