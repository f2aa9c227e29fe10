/** Formulas that encode and hash. A hash is text, in hexadecimal; bytes become base64 in JSON. */
import { createHash, createHmac } from "node:crypto";
import { spend } from "./bounds.ts";
import { formulasOn } from "./formula.ts";
import { lazily } from "./lazily.ts";

const onText = formulasOn("Encodings", "text");
const onData = formulasOn("Encodings", "data");
const onBytes = formulasOn("Encodings", "bytes");

const iconv = lazily<typeof import("iconv-lite")>("iconv-lite");

type Data = string | Uint8Array;

/** Text where the bytes are some, else the bytes. */
function textOrBytes(bytes: Uint8Array): Data {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes;
  }
}

/** What beginning a hash costs. */
const unitsPerHash = 40;

const hash = (algorithm: string) => (data: Data) => {
  spend(unitsPerHash);
  return createHash(algorithm).update(data).digest("hex");
};
const hmac = (algorithm: string) => (data: Data, key: string) => {
  spend(unitsPerHash);
  return createHmac(algorithm, key).update(data).digest("hex");
};
const write = (encoding: BufferEncoding) => (data: Data) => Buffer.from(data).toString(encoding);

function fromBase64(text: string): Data {
  if (!/^[\w+/\s-]*={0,2}\s*$/.test(text)) throw new Error("This is not base64");
  return textOrBytes(Buffer.from(text, "base64"));
}

function fromHex(text: string): Data {
  if (text.length % 2 !== 0 || !/^[\da-f]*$/i.test(text))
    throw new Error("This is not hexadecimal: two digits for each byte");
  return textOrBytes(Buffer.from(text, "hex"));
}

/** As Ruby's url_encode: everything but letters, digits and - _ . ~ */
const encodeUrl = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function decodeUrl(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (error) {
    throw new Error("It has a % that is not followed by a byte in hexadecimal", { cause: error });
  }
}

function known(encoding: string): string {
  if (iconv().encodingExists(encoding)) return encoding;
  throw new Error(
    `“${String(encoding)}” is not an encoding; there are UTF-8, ISO-8859-1, Windows-1252, Shift_JIS …`,
  );
}

/** Formulas that encode and hash. */
export const encodingFormulas = [
  onData(
    "encode_base64",
    "(): text",
    "In base64.",
    [["'Hi?>'.encode_base64()", "SGk/Pg=="]],
    write("base64"),
  ),
  onText(
    "decode_base64",
    "(): data",
    "What was written in base64: text where it is some, else bytes.",
    [["'SGk/Pg=='.decode_base64()", "Hi?>"]],
    fromBase64,
  ),
  onData(
    "encode_urlsafe_base64",
    "(): text",
    "In the base64 of addresses, without =.",
    [["'Hi?>'.encode_urlsafe_base64()", "SGk_Pg"]],
    write("base64url"),
  ),
  onText(
    "decode_urlsafe_base64",
    "(): data",
    "What was written in the base64 of addresses.",
    [["'SGk_Pg'.decode_urlsafe_base64()", "Hi?>"]],
    fromBase64,
  ),
  onData("encode_hex", "(): text", "In hexadecimal.", [["'Hi'.encode_hex()", "4869"]], write("hex")),
  onText(
    "decode_hex",
    "(): data",
    "What was written in hexadecimal: text where it is some, else bytes.",
    [["'4869'.decode_hex()", "Hi"]],
    fromHex,
  ),
  onText(
    "encode_url",
    "(): text",
    "As a part of an address.",
    [["'Hello World/ü'.encode_url()", "Hello%20World%2F%C3%BC"]],
    encodeUrl,
  ),
  onText(
    "decode_url",
    "(): text",
    "From a part of an address.",
    [["'Hello%20World'.decode_url()", "Hello World"]],
    decodeUrl,
  ),
  onText(
    "encode",
    "(encoding: text): bytes",
    "Its bytes in an encoding.",
    [["'ü'.encode('ISO-8859-1').encode_hex()", "fc"]],
    (text: string, encoding: string) => iconv().encode(text, known(encoding)),
  ),
  onBytes(
    "decode",
    "(encoding: text): text",
    "The text that the bytes are in an encoding.",
    [["'fc'.decode_hex().decode('ISO-8859-1')", "ü"]],
    (bytes: Uint8Array, encoding: string) => {
      spend(bytes.length / 16);
      return iconv().decode(bytes, known(encoding));
    },
  ),
  onData(
    "md5",
    "(): text",
    "Its MD5 hash in hexadecimal.",
    [["'abc'.md5()", "900150983cd24fb0d6963f7d28e17f72"]],
    hash("md5"),
  ),
  onData(
    "md5_hexdigest",
    "(): text",
    "The same as md5.",
    [["'abc'.md5_hexdigest()", "900150983cd24fb0d6963f7d28e17f72"]],
    hash("md5"),
  ),
  onData(
    "sha1",
    "(): text",
    "Its SHA-1 hash in hexadecimal.",
    [["'abc'.sha1()", "a9993e364706816aba3e25717850c26c9cd0d89d"]],
    hash("sha1"),
  ),
  onData(
    "sha256",
    "(): text",
    "Its SHA-256 hash in hexadecimal.",
    [["'abc'.sha256().slice(0, 16)", "ba7816bf8f01cfea"]],
    hash("sha256"),
  ),
  onData(
    "sha512",
    "(): text",
    "Its SHA-512 hash in hexadecimal.",
    [["'abc'.sha512().slice(0, 16)", "ddaf35a193617aba"]],
    hash("sha512"),
  ),
  onData(
    "hmac_sha1",
    "(key: text): text",
    "Its HMAC by SHA-1 in hexadecimal.",
    [["'abc'.hmac_sha1('key').slice(0, 16)", "4fd0b215276ef12f"]],
    hmac("sha1"),
  ),
  onData(
    "hmac_sha256",
    "(key: text): text",
    "Its HMAC by SHA-256 in hexadecimal.",
    [["'abc'.hmac_sha256('key').slice(0, 16)", "9c196e32dc0175f8"]],
    hmac("sha256"),
  ),
  onData(
    "hmac_sha512",
    "(key: text): text",
    "Its HMAC by SHA-512 in hexadecimal.",
    [["'abc'.hmac_sha512('key').slice(0, 16)", "3926a207c8c42b0c"]],
    hmac("sha512"),
  ),
];
