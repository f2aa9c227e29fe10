/** A bucket of S3, or of any service that speaks its protocol, as a store of files; by the AWS SDK, loaded at its first use. */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { Readable } from "node:stream";
import {
  type AddressPolicy,
  type AppProfile,
  ConnectorError,
  type FormField,
  networkError,
  guardedLookup,
  refuseAddress,
} from "@greenroom/connector-kit";
import { addressOf, textOf } from "../form-values.ts";
import { type FileStore, noFile } from "./file-store.ts";

const field = (name: string, label: string, hint: string): FormField => ({
  ...{ name, label, hint, type: "text", required: true },
});

/** The form of a bucket. */
export const s3Fields: readonly FormField[] = [
  field("bucket", "Bucket", "Its name"),
  {
    ...field("region", "Region", "Such as eu-central-1; other services often take any"),
    default: "us-east-1",
  },
  field("access_key_id", "Access key ID", "Of a user that may read and write this bucket, and nothing else"),
  { ...field("secret_access_key", "Secret access key", "Kept sealed"), type: "secret" },
  {
    ...field(
      "endpoint",
      "Address",
      "Of another service than Amazon's, such as https://minio.example.com; empty for Amazon S3",
    ),
    ...{ type: "url", required: false },
  },
  {
    ...field(
      "prefix",
      "Folder in the bucket",
      "All paths are inside it, such as zoom; empty for the whole bucket",
    ),
    required: false,
  },
];

/** S3 takes up to 10,000 parts of at least 5 MiB. */
const smallestPart = 8 * 1_048_576;
const mostParts = 9_000;
/** Where a size is not known: enough for 280 GB, and three parts at a time take 96 MB of memory. */
const usualPart = 32 * 1_048_576;
const atOnce = 3;

/** Makes the store of a bucket. */
export function s3Store(profile: AppProfile, policy: AddressPolicy): FileStore {
  const [bucket, region, endpoint] = [
    textOf(profile, "bucket"),
    textOf(profile, "region"),
    addressOf(profile, "endpoint"),
  ];
  const folder = textOf(profile, "prefix").replace(/^\/+|\/+$/g, "");
  const keyOf = (path: string) => (folder === "" ? path : `${folder}/${path}`);
  const pathOf = (key: string) => (folder === "" ? key : key.slice(folder.length + 1));
  const host = endpoint === "" ? `s3.${region}.amazonaws.com` : new URL(endpoint).host;

  let loaded: ReturnType<typeof load> | undefined;
  async function load() {
    if (endpoint !== "") refuseAddress(new URL(endpoint).hostname, policy);
    const sdk = await import("@aws-sdk/client-s3");
    const lookup = guardedLookup(policy);
    const client = new sdk.S3Client({
      region,
      credentials: {
        accessKeyId: textOf(profile, "access_key_id"),
        secretAccessKey: textOf(profile, "secret_access_key"),
      },
      ...(endpoint !== "" && { endpoint, forcePathStyle: true }),
      // Other services than Amazon's know no trailing checksums.
      ...{ requestChecksumCalculation: "WHEN_REQUIRED", responseChecksumValidation: "WHEN_REQUIRED" },
      requestHandler: {
        httpAgent: new HttpAgent({ keepAlive: true, maxSockets: 50, lookup }),
        httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: 50, lookup }),
        connectionTimeout: 10_000,
      },
    });
    return { sdk, client };
  }
  /** Runs one exchange and says in a sentence what the service had against it. */
  async function asking<T>(
    method: string,
    path: string,
    work: (s3: Awaited<ReturnType<typeof load>>) => Promise<T>,
  ): Promise<T> {
    try {
      loaded ??= load();
      return await work(await loaded);
    } catch (error) {
      throw explained(error, { method, path, bucket, host });
    }
  }

  return {
    save: (path, bytes, { mediaType, size, signal }) =>
      asking("PUT", path, async ({ client }) => {
        const { Upload } = await import("@aws-sdk/lib-storage");
        const partSize = size === undefined ? usualPart : Math.max(smallestPart, Math.ceil(size / mostParts));
        const params = {
          Bucket: bucket,
          Key: keyOf(path),
          Body: Readable.from(bytes),
          ContentType: mediaType,
        };
        const upload = new Upload({ client, params, partSize, queueSize: atOnce });
        const abort = () => void upload.abort();
        signal?.addEventListener("abort", abort, { once: true });
        try {
          // One that breaks off takes its parts away again.
          await upload.done();
        } finally {
          signal?.removeEventListener("abort", abort);
        }
      }),

    open: (path, from) =>
      asking("GET", path, async ({ sdk, client }) => {
        const range = from > 0 ? { Range: `bytes=${from}-` } : {};
        const answer = await client.send(
          new sdk.GetObjectCommand({ Bucket: bucket, Key: keyOf(path), ...range }),
        );
        const total = /\/(\d+)$/.exec(answer.ContentRange ?? "")?.[1];
        return {
          body: answer.Body?.transformToWebStream() ?? new Blob([]).stream(),
          mediaType: answer.ContentType ?? "application/octet-stream",
          size: total === undefined ? answer.ContentLength : Number(total),
        };
      }).catch(async (error: unknown) => {
        // Past its end there is nothing more to read; a broken transfer may ask for that.
        if (!(error instanceof ConnectorError) || error.code !== "s3.InvalidRange") throw error;
        return { body: new Blob([]).stream(), mediaType: "application/octet-stream", size: from };
      }),

    list: (prefix, limit) =>
      asking("GET", prefix, async ({ sdk, client }) => {
        const files = [];
        let token: string | undefined;
        do {
          const page = {
            ...(token !== undefined && { ContinuationToken: token }),
            MaxKeys: Math.min(1_000, limit + 1),
          };
          const answer = await client.send(
            new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: keyOf(prefix), ...page }),
          );
          for (const { Key: key = "", Size: size = 0, LastModified: at } of answer.Contents ?? [])
            if (!key.endsWith("/"))
              files.push({ path: pathOf(key), size, modifiedAt: (at ?? new Date(0)).toISOString() });
          token = answer.IsTruncated === true ? answer.NextContinuationToken : undefined;
        } while (token !== undefined && files.length <= limit);
        return { files: files.slice(0, limit), more: files.length > limit || token !== undefined };
      }),

    remove: (path) =>
      asking("DELETE", path, async ({ sdk, client }) => {
        const place = { Bucket: bucket, Key: keyOf(path) };
        // S3 says the same of a file that was there and of one that was not.
        const was = await client.send(new sdk.HeadObjectCommand(place)).then(
          () => true,
          (error: unknown) => {
            if (statusOf(error) === 404) return false;
            throw error;
          },
        );
        if (was) await client.send(new sdk.DeleteObjectCommand(place));
        return was;
      }),

    link: (path, seconds) =>
      asking("GET", path, async ({ sdk, client }) => {
        const { getSignedUrl } = await import("@aws-sdk/s3-request-presigner");
        const command = new sdk.GetObjectCommand({ Bucket: bucket, Key: keyOf(path) });
        return await getSignedUrl(client, command, { expiresIn: seconds });
      }),

    identify: () =>
      asking("GET", "", async ({ sdk, client }) => {
        await client.send(new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: keyOf(""), MaxKeys: 1 }));
        const userId = textOf(profile, "access_key_id");
        const account = { accountId: `${host}/${bucket}`, accountName: bucket };
        return { ...account, userId, email: "", displayName: userId, roleName: undefined };
      }),
  };
}

function statusOf(error: unknown): number | undefined {
  const metadata = error instanceof Error && "$metadata" in error ? error.$metadata : undefined;
  return typeof metadata === "object" && metadata !== null && "httpStatusCode" in metadata
    ? Number(metadata.httpStatusCode)
    : undefined;
}

/** Keys that the service does not know, or no longer. */
const dead: ReadonlySet<string> = new Set([
  "InvalidAccessKeyId",
  "SignatureDoesNotMatch",
  "ExpiredToken",
  "InvalidToken",
]);

function explained(
  error: unknown,
  { method, path, bucket, host }: { method: string; path: string; bucket: string; host: string },
): unknown {
  if (error instanceof ConnectorError || !(error instanceof Error)) return error;
  const refused = refusalIn(error);
  if (refused) return refused;
  const status = statusOf(error);
  const code = `s3.${error.name}`;
  if (status === undefined)
    return isNetworks(error)
      ? networkError(new Error("s3", { cause: error }), "GET", host, undefined)
      : error;
  if (dead.has(error.name))
    return new ConnectorError(
      "reconnect",
      code,
      `${host} does not accept the access key: ${error.message}.`,
      {
        hint: "Enter a valid access key at the connection.",
      },
    );
  if (error.name === "NoSuchBucket")
    return new ConnectorError("not-found", code, `There is no bucket “${bucket}” at ${host}.`, {
      hint: "Check the connection's bucket and region.",
    });
  if (status === 404) return noFile(path);
  if (status === 403)
    return new ConnectorError("forbidden", code, `The access key may not ${method} “${path}” in ${bucket}.`, {
      hint: "Give its user s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload on the bucket's files and s3:ListBucket on the bucket.",
    });
  if (status === 301 || error.name === "PermanentRedirect")
    return new ConnectorError("invalid-input", code, `The bucket “${bucket}” is in another region.`, {
      hint: "Correct the connection's region.",
    });
  if (status === 429 || error.name === "SlowDown")
    return new ConnectorError("rate-limited", code, `${host} wants fewer requests.`);
  if (status >= 500)
    return new ConnectorError("unavailable", code, `${host} answered ${status} (${error.name}).`, {
      cause: error,
    });
  return new ConnectorError("invalid-input", code, `${host} refused ${method} “${path}”: ${error.message}.`);
}

/** The address guard's own refusal, wherever the SDK wrapped it. */
function refusalIn(error: unknown): ConnectorError | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if (at instanceof ConnectorError) return at;
  return undefined;
}

function isNetworks(error: Error): boolean {
  return "code" in error || error.name === "TimeoutError";
}
