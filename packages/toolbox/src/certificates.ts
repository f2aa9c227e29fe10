/** Servers whose certificates a company signs itself: the form's field for its authority, and what refusals mean. */
import { X509Certificate } from "node:crypto";
import { type AppProfile, ConnectorError, type FormField } from "@greenroom/connector-kit";
import { textOf } from "./form-values.ts";

const field = "ca";

/** The field of the form. */
export const authorityField: FormField = {
  name: field,
  label: "Certificate authority",
  hint: "Only where your own authority signed the server's certificate: the authority's certificate, as PEM. Then no other is taken.",
  type: "lines",
  required: false,
};

/** The authority of a form, as PEM; undefined for those that everybody knows. @throws {ConnectorError} `invalid-input` */
export function authorityOf(profile: AppProfile): string | undefined {
  const text = textOf(profile, field).trim();
  if (text === "") return undefined;
  // However its lines were pasted.
  const found = [
    ...text.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g),
  ];
  const certificates = found.map(([, body = ""]) => {
    const lines = body.replaceAll(/\s+/g, "").match(/.{1,64}/g) ?? [];
    return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
  });
  if (certificates.length > 0 && certificates.every(isCertificate)) return certificates.join("");
  throw new ConnectorError(
    "invalid-input",
    "bad-certificate",
    "The certificate authority is no certificate.",
    {
      fields: [
        {
          field,
          message:
            "must be a certificate as PEM, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----",
        },
      ],
    },
  );
}

/** Refuses a form whose authority is none. @throws {ConnectorError} */
export const checkAuthority = async (profile: AppProfile): Promise<void> => void authorityOf(profile);

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

/** What is to be done about a server's certificate that was not taken; undefined where it is not about that. */
export function certificateHint({ message, code }: Error & { readonly code?: string }): string | undefined {
  if (/altnames|ALTNAME/.test(`${message} ${code}`))
    return "The certificate is for another name: enter the server by the name that its certificate has.";
  if (/expired|not yet valid/i.test(message)) return "Have the server's certificate renewed.";
  if (!/certificate|self[- ]signed/i.test(message)) return undefined;
  return "It is signed by an authority that is not known here: enter that one's certificate at the connection, as its certificate authority.";
}
