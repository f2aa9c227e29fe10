/** Whether data was nested so deeply that going through it fills the stack: nothing else of ours goes as deep. */
export const isTooDeep = (error: unknown): boolean =>
  error instanceof RangeError && /call stack/i.test(error.message);
