const types: Readonly<Record<string, string>> = {
  ...{
    csv: "text/csv",
    txt: "text/plain",
    html: "text/html",
    vtt: "text/vtt",
    ics: "text/calendar",
    md: "text/markdown",
  },
  ...{ json: "application/json", pdf: "application/pdf", zip: "application/zip", xml: "application/xml" },
  ...{ mp4: "video/mp4", m4a: "audio/mp4", mp3: "audio/mpeg", wav: "audio/wav", webm: "video/webm" },
  ...{
    png: "image/png",
    jpg: "image/jpeg",
    jpeg: "image/jpeg",
    gif: "image/gif",
    svg: "image/svg+xml",
    webp: "image/webp",
  },
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/** The type of a file by the end of its name. */
export function mediaTypeOf(name: string): string {
  return types[/\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ""] ?? "application/octet-stream";
}
