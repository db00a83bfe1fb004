import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { addressOf, urlOf } from "../../engine/archive/s3-place.ts";
import { archivePlace } from "../../engine/open-archive.ts";
import { readSettings } from "../../engine/settings.ts";
import { tempFolder } from "../support/temp-folder.ts";

const keys = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "hush-hush" };
const placeOf = (env: Record<string, string>) => archivePlace(readSettings(env));

test("an address of S3 names bucket and prefix; the folder is then that of the data", () => {
  const { folder, bucket } = placeOf({ ...keys, MILLRACE_ARCHIVE_DIR: "s3://plant/archive/one/" });
  expect(folder).toBe(resolve("data/archive"));
  expect(bucket).toMatchObject({ bucket: "plant", prefix: "archive/one/", region: "us-east-1" });
  expect(addressOf(bucket!)).toBe("s3://plant/archive/one");
  expect(placeOf({ ...keys, MILLRACE_ARCHIVE_DIR: "s3://plant" }).bucket).toMatchObject({ prefix: "" });
});

test("without such an address what is set for others does not matter", () => {
  expect(placeOf({ AWS_ENDPOINT_URL: "nonsense" })).toEqual({ folder: resolve("data/archive") });
  expect(placeOf({ MILLRACE_ARCHIVE_DIR: "/srv/archive" })).toEqual({ folder: "/srv/archive" });
});

test("a secret may stand in a file", () => {
  const file = join(tempFolder("secret"), "key");
  writeFileSync(file, "hush-hush\n");
  const { AWS_SECRET_ACCESS_KEY: _, ...rest } = keys;
  const env = { ...rest, AWS_SECRET_ACCESS_KEY_FILE: file, AWS_WEB_IDENTITY_TOKEN_FILE: "/none" };
  expect(placeOf({ ...env, MILLRACE_ARCHIVE_DIR: "s3://plant" }).bucket).toMatchObject({
    secretAccessKey: "hush-hush",
  });
});

test.each([
  ["s3://Plant", "MILLRACE_ARCHIVE_DIR: expected s3://bucket"],
  ["s3://plant/../other", "MILLRACE_ARCHIVE_DIR: expected s3://bucket"],
  ["gs://plant", "MILLRACE_ARCHIVE_DIR: expected a folder, or s3://bucket/prefix"],
])("%s is refused", (dir, said) => {
  expect(() => readSettings({ ...keys, MILLRACE_ARCHIVE_DIR: dir })).toThrow(said);
});

test("everything that a bucket lacks is told at once, and no value", () => {
  const env = { AWS_ENDPOINT_URL: "http://me:hush-hush@host", AWS_REGION: "a b" };
  const wrong = () => readSettings({ ...env, MILLRACE_ARCHIVE_DIR: "s3://plant" });
  expect(wrong).toThrow(/AWS_ENDPOINT_URL: expected no user[\s\S]*AWS_REGION: expected a region/);
  expect(wrong).not.toThrow("hush-hush");
  expect(() => readSettings({ MILLRACE_ARCHIVE_DIR: "s3://plant" })).toThrow(
    /AWS_ACCESS_KEY_ID: is needed[\s\S]*AWS_SECRET_ACCESS_KEY: is needed/,
  );
});

test("objects of AWS are at the bucket's own name, those of others below their address", () => {
  const place = { bucket: "plant", prefix: "", region: "eu-central-1", accessKeyId: "", secretAccessKey: "" };
  expect(urlOf(place)).toBe("https://plant.s3.eu-central-1.amazonaws.com");
  expect(urlOf({ ...place, bucket: "plant.one" })).toBe("https://s3.eu-central-1.amazonaws.com/plant.one");
  expect(urlOf({ ...place, endpoint: "http://minio:9000/" })).toBe("http://minio:9000/plant");
});
