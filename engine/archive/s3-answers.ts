/** A page of ListObjectsV2. `next`: with what the next one is asked for. */
export interface Page {
  files: { key: string; bytes: number }[];
  next: string | undefined;
}

/** Reads the XML of ListObjectsV2, of which few elements count. Undefined where it is something else. */
export function readPage(xml: string): Page | undefined {
  if (!xml.includes("<ListBucketResult")) return undefined;
  const files = [...xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)].map(([, one]) => ({
    key: element(one!, "Key") ?? "",
    bytes: Number(element(one!, "Size") ?? 0),
  }));
  const isCut = element(xml, "IsTruncated") === "true";
  return { files, next: isCut ? element(xml, "NextContinuationToken") : undefined };
}

/** The code of an error, such as NoSuchKey; undefined where the answer is none of S3. */
export function codeOf(body: ArrayBuffer): string | undefined {
  const xml = Buffer.from(body).toString();
  const code = xml.includes("<Error>") ? element(xml, "Code") : undefined;
  return code && /^\w{1,64}$/.test(code) ? code : undefined;
}

const keys = "Mend AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";
const region = "Mend AWS_REGION: the bucket is in another region.";
const hints: Record<string, string> = {
  NoSuchBucket: "Make the bucket, or mend MILLRACE_ARCHIVE_DIR.",
  InvalidAccessKeyId: keys,
  SignatureDoesNotMatch: keys,
  ExpiredToken: "Renew AWS_SESSION_TOKEN with its keys, or use keys that do not run out.",
  InvalidToken: "Mend AWS_SESSION_TOKEN, or leave it out where the keys need none.",
  RequestTimeTooSkewed: "Set this machine's clock, such as by chrony or systemd-timesyncd.",
  AuthorizationHeaderMalformed: region,
  PermanentRedirect: region,
  TemporaryRedirect: region,
  AccessDenied: "The key needs s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject.",
};

/** What to do about an error. */
export function hintOf(code: string | undefined, status: number): string {
  const known = code === undefined ? undefined : hints[code];
  if (known) return known;
  if (status >= 500) return "The server has trouble of its own; it is asked again.";
  return "Look at AWS_ENDPOINT_URL, AWS_REGION and the rights of the key.";
}

function element(xml: string, name: string): string | undefined {
  const [, text] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
  return text?.replace(/&(lt|gt|quot|apos|amp|#\d+|#x[\da-fA-F]+);/g, (_, what: string) => characterOf(what));
}

const named: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function characterOf(what: string): string {
  if (!what.startsWith("#")) return named[what]!;
  return String.fromCodePoint(what[1] === "x" ? Number.parseInt(what.slice(2), 16) : Number(what.slice(1)));
}
