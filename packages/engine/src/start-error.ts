/** A reason not to start, as one sentence for the person who started us. */
export class StartError extends Error {
  override readonly name = "StartError";
}
