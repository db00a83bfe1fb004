/** A place in a bucket of S3, or of what speaks as S3 does. */
export interface S3Place {
  bucket: string;
  /** Begins each key: empty, or ends with `/`. */
  prefix: string;
  /** Such as http://127.0.0.1:9000; missing: that of AWS for the region. */
  endpoint?: string | undefined;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/** As it stands in settings. */
export const addressOf = ({ bucket, prefix }: S3Place) => `s3://${bucket}/${prefix}`.replace(/\/$/, "");

/** Where objects are: a certificate of AWS holds for no name with further dots, and few others have names for buckets. */
export function urlOf({ bucket, endpoint, region }: S3Place): string {
  if (endpoint) return `${endpoint.replace(/\/+$/, "")}/${bucket}`;
  const host = `s3.${region}.amazonaws.com`;
  return bucket.includes(".") ? `https://${host}/${bucket}` : `https://${bucket}.${host}`;
}
