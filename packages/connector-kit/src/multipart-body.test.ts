import { expect, it } from "vitest";
import { multipartBody } from "./multipart-body.ts";

const chunks = [new TextEncoder().encode("first "), new TextEncoder().encode("second")];
const file = {
  ...{ field: "files", fileName: 'a "b"\r\nX: y.txt', mediaType: "text/plain", size: 12 },
  async *open() {
    yield* chunks;
  },
};

async function parsed(body: ReturnType<typeof multipartBody>): Promise<FormData> {
  return await new Response(ReadableStream.from(body.open()), {
    headers: { "content-type": body.mediaType },
  }).formData();
}

it("is read as the form it is, twice where it is sent twice, whatever stands in names", async () => {
  const body = multipartBody({ to: "Ünï", left: undefined }, file);
  for (let time = 0; time < 2; time += 1) {
    const form = await parsed(body);
    expect([...form.keys()]).toEqual(["to", "files"]);
    expect(form.get("to")).toBe("Ünï");
    const sent = form.get("files") as File;
    expect([sent.type, await sent.text()]).toEqual(["text/plain", "first second"]);
  }
});

it("says how long it is, where the file's size is known", async () => {
  const body = multipartBody({ to: "x" }, file);
  let length = 0;
  for await (const chunk of body.open()) length += chunk.length;
  expect(body.size).toBe(length);
  expect(multipartBody({}, { ...file, size: undefined }).size).toBeUndefined();
});
