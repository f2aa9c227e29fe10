/** Without tags and comments; in one pass, since a pattern would look for each `<`'s end anew. */
export function stripTags(text: string): string {
  let result = "";
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf("<", at);
    if (open < 0) return result + text.slice(at);
    result += text.slice(at, open);
    const isComment = text.startsWith("<!--", open);
    const close = text.indexOf(isComment ? "-->" : ">", open);
    if (close < 0) return result + text.slice(open);
    at = close + (isComment ? 3 : 1);
  }
  return result;
}
