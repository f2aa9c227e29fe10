import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Secret } from "@greenroom/connector-kit";
import { StartError } from "./start-error.ts";

const version = 1;
const ivBytes = 12;
const tagBytes = 16;

/** Seals secrets with AES-256-GCM. What is sealed for one place cannot be opened at another. */
export interface SecretBox {
  /** @param place where it is kept, such as `tokens/<id>`; bound to it as additional authenticated data. */
  seal(place: string, plain: string): Buffer;
  /** @throws when it was sealed with another key, for another place, or was changed. */
  open(place: string, sealed: Buffer): string;
}

/** Makes the box from 32 bytes in base64 or hex. @throws {StartError} when the key has another form. */
export function createSecretBox(secretKey: Secret): SecretBox {
  const key = decodeKey(secretKey.reveal().trim());
  return {
    seal(place, plain) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      return Buffer.concat([Buffer.of(version), iv, cipher.getAuthTag(), body]);
    },
    open(place, sealed) {
      if (sealed[0] !== version) throw new Error(`sealed with version ${sealed[0]}, expected ${version}`);
      const iv = sealed.subarray(1, 1 + ivBytes);
      const tag = sealed.subarray(1 + ivBytes, 1 + ivBytes + tagBytes);
      const decipher = createDecipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(place)).setAuthTag(tag);
      return (
        decipher.update(sealed.subarray(1 + ivBytes + tagBytes), undefined, "utf8") + decipher.final("utf8")
      );
    },
  };
}

function decodeKey(text: string): Buffer {
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, "hex") : Buffer.from(text, "base64");
  if (key.length !== 32) {
    throw new StartError(
      `GREENROOM_SECRET_KEY must be 32 random bytes in base64 or hex, but it decodes to ${key.length}. Make one with: openssl rand -base64 32`,
    );
  }
  return key;
}
