/** A certificate authority of a test's own, as companies have one, and certificates that it signs. */
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A server's key and certificate, as PEM. */
export interface Issued {
  readonly key: string;
  readonly cert: string;
}

/** Signs certificates. */
export interface Authority {
  /** Its own certificate, as PEM. */
  readonly certificate: string;
  /** For names and addresses, such as `localhost` or `127.0.0.1`. */
  issue(...hosts: string[]): Promise<Issued>;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256" } as const;
const signingAlgorithm = { name: "ECDSA", hash: "SHA-256" } as const;
const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
const hourMs = 3_600_000;
const validity = () => ({
  notBefore: new Date(Date.now() - hourMs),
  notAfter: new Date(Date.now() + 24 * hourMs),
});
let serial = 1;
const nextSerial = () => (serial++).toString(16).padStart(4, "0");

/** Makes one. */
export async function newAuthority(name: string): Promise<Authority> {
  const keys = await newKeys();
  const own = await X509CertificateGenerator.createSelfSigned(
    {
      ...{ serialNumber: nextSerial(), name: `CN=${name}`, keys, signingAlgorithm, ...validity() },
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      ],
    },
    webcrypto,
  );
  return {
    certificate: own.toString("pem"),
    async issue(...hosts) {
      const { publicKey, privateKey } = await newKeys();
      const cert = await X509CertificateGenerator.create(
        {
          ...{ serialNumber: nextSerial(), subject: `CN=${hosts[0]}`, issuer: own.subject, publicKey },
          ...{ signingKey: keys.privateKey, signingAlgorithm, ...validity() },
          extensions: [
            new BasicConstraintsExtension(false),
            await AuthorityKeyIdentifierExtension.create(own, false, webcrypto),
            new SubjectAlternativeNameExtension(
              hosts.map((value) => ({ type: /^[\d.]+$|:/.test(value) ? "ip" : "dns", value }) as const),
            ),
          ],
        },
        webcrypto,
      );
      const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", privateKey)).toString("base64");
      const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8.replace(/(.{64})/g, "$1\n").trim()}\n-----END PRIVATE KEY-----\n`;
      return { key, cert: cert.toString("pem") };
    },
  };
}
