/** The most that an answer may have once it is unpacked; a file is streamed instead, whatever it has. */
export const biggestAnswerBytes = 64 * 1024 * 1024;

/** The text of an answer, read no further than the most it may have: a few packed bytes can be gigabytes. */
export async function answerText(
  response: Response,
  mostBytes = biggestAnswerBytes,
): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const { headers, body } = response;
  if (!body) return { text: "", isWhole: true };
  const told = Number(headers.get("content-length") ?? Number.NaN);
  if (told > mostBytes) {
    await body.cancel();
    return { text: "", isWhole: false };
  }
  // HTTP gives no more than the length that was told, unless it is unpacked after.
  if (told <= mostBytes && !headers.has("content-encoding"))
    return { text: await response.text(), isWhole: true };
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (bytes > mostBytes) return { text, isWhole: false };
    text += decoder.decode(chunk, { stream: true });
  }
  return { text: text + decoder.decode(), isWhole: true };
}
